import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { program, run, saveModel } from './program.js';

describe('charrnn compress and decompress', () => {
  const { path, remove } = temporaryFolder();
  const [model, other, text, small, back] = ['model.json', 'other.json', 'text.txt', 'small', 'back.txt'].map(path);
  const content = Buffer.concat([Buffer.from('eeeee e ☃\r\n'.repeat(400)), Buffer.of(0, 255, 128)]);
  before(async () => {
    await saveModel(model, 'e');
    await saveModel(other, 'a');
    writeFileSync(text, content);
  });
  after(remove);
  const piped = (input: Buffer, ...args: string[]): Buffer =>
    spawnSync(process.execPath, [program, ...args], { input, stdio: ['pipe', 'pipe', 'inherit'] }).stdout;

  it('give back the bytes, through files as through pipes', async () => {
    assert.deepEqual(await run('compress', model, text, '-o', small), {
      ...{ code: 0, stdout: '' },
      stderr: `wrote ${small}: 5.2 kB became ${readFileSync(small).length < 1000 ? `${readFileSync(small).length} bytes` : `${(readFileSync(small).length / 1000).toFixed(1)} kB`}\n`,
    });
    assert.ok(readFileSync(small).length < content.length);
    assert.ok(piped(content, 'compress', model).equals(readFileSync(small)));
    assert.ok(piped(readFileSync(small), 'decompress', model).equals(content));
    assert.deepEqual(await run('decompress', model, small, '-o', back, '--quiet'), { code: 0, stdout: '', stderr: '' });
    assert.ok(readFileSync(back).equals(content));
  });

  it('write nothing when the model is another, or the file is damaged or none', async () => {
    const target = path('never.txt');
    const cases: [string[], RegExp][] = [
      [
        ['decompress', other, small, '-o', target],
        /small: was compressed with a model with the digest .*; give that checkpoint$/,
      ],
      [
        ['decompress', model, text, '-o', target],
        /text\.txt: is not a text that charrnn compress wrote; give one that is$/,
      ],
      [['decompress', model, path('none'), '-o', target], /none: no such file/],
      [['compress', model, path('none'), '-o', target], /none: no such file/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout, existsSync(target)], [1, '', false]);
      assert.match(stderr.trimEnd(), message);
    }
    writeFileSync(path('cut'), readFileSync(small).subarray(0, 100));
    const { code, stdout, stderr } = await run('decompress', model, path('cut'));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /cut: is damaged: [\d,]+ bytes missing at its end; get it again\n$/);
  });

  it('refuse to write over what they read, and two standard inputs', async () => {
    for (const [args, message] of [
      [['compress', model, text, '-o', text], /--output .*text\.txt: is the text; give another file/],
      [['decompress', model, small, '-o', model], /--output .*model\.json: is the checkpoint; give another file/],
      [['compress', '-'], /standard input: the text or the checkpoint, not both/],
      [
        ['compress', model, text, '--dynamic', '--streams', '2'],
        /--streams 2: --dynamic reads one; leave one of them out/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    }
    assert.ok(readFileSync(text).equals(content));
  });
});
