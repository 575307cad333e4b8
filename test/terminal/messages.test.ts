import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { endsInsideLineEnd, terminalText } from '../../src/terminal/messages.js';

const module = new URL('../../src/terminal/messages.js', import.meta.url).href;

describe('sayBug', () => {
  it('prints the stack and says that it is a bug in charrnn', () => {
    const script = `import { sayBug } from ${JSON.stringify(module)}; sayBug(new TypeError('oops'));`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    assert.match(
      stderr,
      /^TypeError: oops\n( +at .*\n)+charrnn: this is a bug in charrnn; please report it with the lines above\n$/,
    );
  });
});

describe('terminalText', () => {
  it('keeps tabs and line ends, including those of Windows', () => {
    assert.equal(terminalText('one\n\ttwo\r\nthree\r\n'), 'one\n\ttwo\r\nthree\r\n');
  });

  it('escapes every other control character and override: C0, DEL, C1, writing directions', () => {
    assert.equal(terminalText('\u001b[2J\u0007\u0000'), '\\u{1b}[2J\\u{7}\\u{0}');
    assert.equal(terminalText('\u007f\u0080\u009b31m\u009f'), '\\u{7f}\\u{80}\\u{9b}31m\\u{9f}');
    const overrides = [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
    for (const code of overrides) {
      assert.equal(terminalText(String.fromCharCode(code)), `\\u{${code.toString(16)}}`);
    }
  });

  it('escapes a carriage return that would overwrite its line', () => {
    assert.equal(terminalText('good\rbad\r\r\nend\r'), 'good\\rbad\\r\r\nend\\r');
  });

  it('keeps all other text: accents, emoji, joiners, right-to-left scripts', () => {
    const text = 'é e\u0301 👩‍💻 שלום עולم \u200f\u00a0\ufffd';
    assert.equal(terminalText(text), text);
  });
});

describe('endsInsideLineEnd', () => {
  it('is true after one carriage return, but not after two', () => {
    assert.deepEqual(['a', 'a\r', '\r', 'a\r\n', 'a\r\r'].map(endsInsideLineEnd), [false, true, true, false, false]);
  });
});
