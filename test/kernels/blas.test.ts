import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const library = new URL('../../src/kernels/blas.js', import.meta.url).href;

/** What the search for a BLAS prints when CHARRNN_BLAS is set. */
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

describe('a missing or unsuitable BLAS', () => {
  for (const path of ['/nowhere/libblas.so', process.execPath]) {
    it(`is one error that says where the search went and what to install (${path})`, () => {
      assert.match(find(path), /^CharrnnError backend blas: no BLAS with cblas_sgemm found \(looked for .+\); install/);
      assert.ok(find(path).includes(path));
    });
  }
});
