import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const library = new URL('../../src/kernels/blas.js', import.meta.url).href;

/** What looking for a BLAS says when CHARRNN_BLAS is set. */
function find(path: string): string {
  const script = `import { findBlas } from ${JSON.stringify(library)};
    try { console.log('found', findBlas().name); } catch (error) { console.log(error.name, error.message); }`;
  const env = { ...process.env, CHARRNN_BLAS: path };
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env,
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  return stdout.trim();
}

describe('a BLAS that is missing or is none', () => {
  for (const path of ['/nowhere/libblas.so', process.execPath]) {
    it(`is one error that says where it was looked for and what to install (${path})`, () => {
      assert.match(find(path), /^CharrnnError backend blas: no BLAS with cblas_sgemm found \(looked for .+\); install/);
      assert.ok(find(path).includes(path));
    });
  }
});
