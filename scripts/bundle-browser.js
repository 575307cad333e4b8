// Makes one file, without imports, of the library for a browser, and one of the program of its threads; before
// bundle-workers.js, which makes another program of the latter. Usage: node scripts/bundle-browser.js [--size]
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { browserModules, kernelBytes } from './browser-modules.js';

const inputs = {
  'build/src/browser.js': 'build/src/browser.js',
  'build/src/browser-thread.js': 'build/src/training/training-worker.js',
};
for (const [file, input] of Object.entries(inputs)) {
  const bundle = await rolldown({
    input,
    platform: 'browser',
    plugins: [browserModules],
    transform: { define: kernelBytes() },
  });
  await bundle.write({ file, format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();
  if (!process.argv.includes('--size')) continue;
  const code = await readFile(file);
  console.log(`${file}: ${code.length} bytes, ${gzipSync(code, { level: 9 }).length} with gzip`);
}
