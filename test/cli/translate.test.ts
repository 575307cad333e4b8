import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { translate } from '../../src/index.js';
import { forTask } from '../sampling/models.js';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, saveModel, start } from './program.js';

describe('charrnn translate', () => {
  const { path, remove } = temporaryFolder();
  const checkpoint = forTask({ name: 'translate' });
  const model = path('model.json');
  const lines = ['', 'a', 'abc', 'cab', 'cbbaabc'];
  const file = path('lines.txt');
  before(async () => {
    await saveCheckpoint(model, checkpoint);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  });
  after(remove);

  /** What it writes for this standard input. */
  async function translated(input: string | Uint8Array, ...args: string[]) {
    const child = start(['translate', model, ...args]);
    child.stdin?.end(input);
    return end(child);
  }

  /** The answers of the library. */
  async function answers(beam = 1, length = 1000): Promise<string[]> {
    const texts: string[] = [];
    for await (const { text } of translate(checkpoint, lines, { beam, length, threads: 1 })) texts.push(text);
    return texts;
  }

  it('writes a line for each line of standard input or of files, empty ones too', async () => {
    const expected = (await answers()).map((text) => `${text}\n`).join('');
    assert.deepEqual(await translated(lines.join('\n')), { code: 0, stdout: expected, stderr: '' });
    const both = await run('translate', model, file, path('lines.t*'), '--threads', '2', '--backend', 'wasm');
    assert.deepEqual(both, { code: 0, stdout: expected, stderr: '' });
  });

  it('searches with --beam', async () => {
    const { stdout } = await run('translate', model, file, '--beam', '7');
    assert.deepEqual(stdout.split('\n'), [...(await answers(7)), '']);
  });

  it('writes JSON', async () => {
    const { stdout } = await translated('ab\nxaby\n', '--json');
    const [one, other, ...rest] = stdout.split('\n').map((line) => JSON.parse(line || 'null'));
    assert.deepEqual(Object.keys(one), ['file', 'line', 'source', 'text', 'logProbability', 'unknown']);
    assert.deepEqual([one.file, one.line, one.source, one.unknown, rest], ['standard input', 1, 'ab', 0, [null]]);
    assert.deepEqual(other, { ...one, line: 2, source: 'xaby', unknown: 2 });
    assert.ok(one.logProbability < 0);
  });

  it('cuts answers at --length, and says so', async () => {
    const whole = await answers();
    const cut = whole.filter((text) => text.length > 2).length;
    const { code, stdout, stderr } = await run('translate', model, file, '--length', '2');
    assert.deepEqual([code, stdout.split('\n')], [0, [...whole.map((text) => text.slice(0, 2)), '']]);
    assert.equal(stderr, `note: ${cut} answers cut at 2 characters; see --length\n`);
  });

  it('reads another encoding', async () => {
    const { stdout } = await translated(Buffer.from([97, 0xe9, 98, 10]), '--encoding', 'latin1', '--json');
    const { source, unknown } = JSON.parse(stdout);
    assert.deepEqual([source, unknown], ['aéb', 1]);
  });

  it('answers a line as soon as it arrives, and ends at once when interrupted', async () => {
    const child = start(['translate', model]);
    const ended = end(child);
    child.stdin?.write('abc\n');
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout, stderr], [130, `${(await answers())[2]}\n`, '']);
  });

  it('takes a reader that goes away for a success', async () => {
    const child = start(['translate', model]);
    child.stdin?.on('error', () => {});
    child.stdin?.write('abc\n'.repeat(50_000));
    const ended = end(child);
    if (child.stdout) await once(child.stdout, 'data');
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('refuses what it cannot translate in one line', async () => {
    const text = path('text.json');
    await saveModel(text, 'e');
    const cases: [string[], number, string][] = [
      [['translate'], 2, 'checkpoint is missing'],
      [
        ['translate', text, file],
        2,
        'the checkpoint: its model continues texts; use charrnn sample, score or eval, or train a model with --task translate',
      ],
      [['translate', '-'], 2, 'standard input: the text or the checkpoint, not both; give one of them as a file'],
      [['translate', model, path('none.txt')], 1, 'no such file'],
      [['translate', model, file, '--beam', '0'], 2, '--beam 0: must be from 1 to 1000'],
      [['translate', model, file, '--length', '0'], 2, '--length 0: must be at least 1'],
      [['sample', model], 2, 'the checkpoint: its model translates lines; use charrnn translate or eval'],
    ];
    for (const [args, expected, message] of cases) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [expected, ''], args.join(' '));
      assert.ok(stderr.startsWith('charrnn: ') && stderr.includes(message), stderr);
    }
    const { code, stderr } = await translated(`a\n${'b'.repeat(16_385)}\n`);
    const fault = 'standard input: line 2: 16,385 characters, at most 16,384 can be translated; break it up';
    assert.equal(code, 2);
    assert.ok(stderr.startsWith(`charrnn: ${fault}\n`), stderr);
  });
});
