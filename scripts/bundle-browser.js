// Makes one file, without imports, of the library for a browser. Usage: node scripts/bundle-browser.js [--size]
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { browserModules, kernelBytes } from './browser-modules.js';

const file = 'build/src/browser.js';
const bundle = await rolldown({
  input: file,
  platform: 'browser',
  plugins: [browserModules],
  transform: { define: kernelBytes() },
});
await bundle.write({ file, format: 'esm', minify: true, codeSplitting: false });
await bundle.close();
if (process.argv.includes('--size')) {
  const code = await readFile(file);
  console.log(`${file}: ${code.length} bytes, ${gzipSync(code, { level: 9 }).length} with gzip`);
}
