// Makes one minified script and one style sheet of each page's program; the report's with the plotting library and its
// licence. `src/pages/` reads them when it writes a page.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';
import { browserModules, kernelBytes } from './browser-modules.js';

const [from, to] = ['src/pages/browser', 'build/src/pages/browser'];
const library = 'node_modules/uplot';

const licence = await readFile(`${library}/LICENSE`, 'utf8');
const pages = {
  'report-page': { banner: `/*! uPlot\n${licence.trim()}\n*/\n`, styles: [`${library}/dist/uPlot.min.css`] },
  'play-page': { banner: '', styles: [] },
};

await mkdir(to, { recursive: true });
for (const [page, { banner, styles }] of Object.entries(pages)) {
  const bundle = await rolldown({
    input: `${from}/${page}.ts`,
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    plugins: [browserModules],
    transform: { define: kernelBytes() },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  await bundle.close();
  await writeFile(`${to}/${page}.js`, `${banner}${output[0].code}`);
  const sheets = await Promise.all(
    [...styles, `${from}/pages.css`, `${from}/${page}.css`].map((file) => readFile(file, 'utf8')),
  );
  await writeFile(`${to}/${page}.css`, `${banner}${sheets.join('\n')}`);
}
