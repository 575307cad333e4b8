// Makes one minified script, with the plotting library and its licence, and one style sheet of each page's program.
// `src/pages/` reads them when it writes a page.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';

const pages = ['report-page'];
const [from, to] = ['src/pages/browser', 'build/src/pages/browser'];
const library = 'node_modules/uplot';

const licence = await readFile(`${library}/LICENSE`, 'utf8');
const banner = `/*! uPlot\n${licence.trim()}\n*/`;

await mkdir(to, { recursive: true });
for (const page of pages) {
  const bundle = await rolldown({
    input: `${from}/${page}.ts`,
    platform: 'browser',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  await bundle.close();
  await writeFile(`${to}/${page}.js`, `${banner}\n${output[0].code}`);
  const styles = await Promise.all(
    [`${library}/dist/uPlot.min.css`, `${from}/${page}.css`].map((file) => readFile(file, 'utf8')),
  );
  await writeFile(`${to}/${page}.css`, `${banner}\n${styles.join('\n')}`);
}
