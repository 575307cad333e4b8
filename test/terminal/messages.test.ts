import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const messages = new URL('../../src/terminal/messages.js', import.meta.url).href;

describe('sayBug', () => {
  it('prints the stack and says that it is a bug in charrnn', () => {
    const script = `import { sayBug } from ${JSON.stringify(messages)}; sayBug(new TypeError('oops'));`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    assert.match(
      stderr,
      /^TypeError: oops\n( +at .*\n)+charrnn: this is a bug in charrnn; please report it with the lines above\n$/,
    );
  });
});
