import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Pages that are generated from the declarations, and the scripts that do so. */
const pages = { 'docs/options.md': 'options.js', 'man/charrnn.1': 'man.js' };

for (const [page, name] of Object.entries(pages)) {
  describe(page, () => {
    it(`is what scripts/${name} generates from the declarations`, () => {
      const script = fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
      const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
      assert.equal(stderr, '');
      assert.equal(status, 0);
    });
  });
}
