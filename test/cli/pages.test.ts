import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Pages that are written from the declarations, and what writes them. */
const pages = { 'docs/options.md': 'options.js', 'man/charrnn.1': 'man.js' };

for (const [page, name] of Object.entries(pages)) {
  describe(page, () => {
    it(`is what scripts/${name} makes of the declarations`, () => {
      const script = fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
      const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
      assert.equal(stderr, '');
      assert.equal(status, 0);
    });
  });
}
