import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Pages that scripts generate. The page of errors needs devices and links that only Linux has. */
const pages = { 'docs/options.md': 'options.js', 'man/charrnn.1': 'man.js', 'docs/errors.md': 'errors.js' };

for (const [page, name] of Object.entries(pages)) {
  describe(page, () => {
    it(`is what scripts/${name} generates`, function () {
      if (name === 'errors.js' && process.platform !== 'linux') this.skip();
      const script = fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
      const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
      assert.equal(stderr, '');
      assert.equal(status, 0);
    });
  });
}
