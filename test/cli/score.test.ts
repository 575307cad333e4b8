import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, saveModel, start } from './program.js';

describe('charrnn score', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  const other = path('other.json');
  const text = path('text.txt');
  before(async () => {
    await saveModel(model, 'e');
    await saveModel(other, 'o');
    writeFileSync(text, 'eee\nooo\n\nexe\n');
  });
  after(remove);

  /** What it writes for this standard input. */
  async function scores(input: string | Uint8Array, ...args: string[]) {
    const child = start(['score', ...args]);
    child.stdin?.end(input);
    return end(child);
  }

  it('writes bits per character, a tab and the line, for each line of standard input', async () => {
    const { code, stdout, stderr } = await scores('eee\nooo\n', model);
    assert.deepEqual([code, stderr], [0, '']);
    const [[usual, first], [rare, second], ...rest] = stdout.split('\n').map((line) => line.split('\t'));
    assert.deepEqual([first, second, rest], ['eee', 'ooo', [['']]]);
    // e has the logit 1, all others 0: -log2 of their fractions of e + 95; one of the four characters is the line feed.
    const all = Math.log2(Math.E + 95);
    assert.deepEqual([usual, rare], [(all - 3 / (4 * Math.LN2)).toFixed(3), all.toFixed(3)]);
  });

  it('reads files, sorts their lines, and selects the most surprising', async () => {
    const lines = async (...more: string[]) =>
      (await run('score', model, text, '--min-length', '0', ...more)).stdout.replace(/^.*\t/gm, '');
    assert.equal(await lines(), 'eee\nooo\n\nexe\n');
    assert.equal(await lines('--sort'), 'ooo\n\nexe\neee\n');
    assert.equal(await lines('--top', '1'), 'ooo\n');
    assert.equal(await lines('--above', '6.1'), 'ooo\n\n');
    assert.equal(await lines('--total', '--top', '2'), 'ooo\nexe\n');
  });

  it('treats short lines as less surprising than all others', async () => {
    const mixed = path('mixed.txt');
    writeFileSync(mixed, 'ooo\neeeeeeee\nexeexeexe\nxxx\n');
    const lines = async (...more: string[]) =>
      (await run('score', model, mixed, ...more)).stdout.replace(/^.*\t/gm, '');
    assert.match(await lines('--sort'), /^exeexeexe\neeeeeeee\n(ooo\nxxx|xxx\nooo)\n$/);
    assert.equal(await lines('--top', '1'), 'exeexeexe\n');
    assert.equal(await lines('--above', '5'), 'eeeeeeee\nexeexeexe\n');
  });

  it('prints a column for each model and the name of the best', async () => {
    const { stdout } = await run('score', '--model', model, '--model', other, text);
    const rows = stdout.split('\n').map((line) => line.split('\t').slice(2));
    assert.deepEqual(rows.slice(0, 3), [
      ['model', 'eee'],
      ['other', 'ooo'],
      ['model', ''],
    ]);
  });

  it('writes JSON, with each character on request', async () => {
    const [line] = (await run('score', model, text, '--json')).stdout
      .split('\n')
      .map((json) => JSON.parse(json || '{}'));
    assert.deepEqual(Object.keys(line), ['file', 'line', 'text', 'bits', 'bitsPerCharacter', 'characters', 'unknown']);
    assert.deepEqual([line.file, line.line, line.text, line.characters], [text, 1, 'eee', 4]);
    const [first] = (await run('score', model, text, '--per-character')).stdout.split('\n');
    const { bits, perCharacter } = JSON.parse(first);
    assert.deepEqual(
      perCharacter.map(({ character }: { character: string }) => character),
      ['e', 'e', 'e', '\n'],
    );
    const sum = perCharacter.reduce((total: number, each: { bits: number }) => total + each.bits, 0);
    assert.ok(Math.abs(sum - bits) < 1e-4);
  });

  it('colours each character by its surprise', async () => {
    const child = start(['score', model, text, '--color', '--top', '1', '--min-length', '0'], 'pipe', {
      FORCE_COLOR: '1',
    });
    const { stdout } = await end(child);
    assert.ok(stdout.endsWith(`\t${'\u001b[31mo\u001b[39m'.repeat(3)}\n`), JSON.stringify(stdout));
    const plain = await run('score', model, text, '--color');
    assert.ok(!plain.stdout.includes('\u001b'));
    assert.deepEqual(plain, await run('score', model, text));
    assert.equal(plain.stdout.split('\n').length, 5);
  });

  it('returns lines byte for byte, whatever they contain', async () => {
    const bytes = Buffer.from([0xff, 0x0d, 0x0a, 0xc3, 0x28, 0x0a]);
    const child = start(['score', model]);
    child.stdin?.end(bytes);
    const parts: Buffer[] = [];
    child.stdout?.on('data', (part) => parts.push(part));
    assert.equal((await once(child, 'close'))[0], 0);
    const written = Buffer.concat(parts).toString('latin1').replace(/^.*\t/gm, '');
    assert.deepEqual(Buffer.from(written, 'latin1'), bytes);
  });

  it('answers line by line while its input continues, and ends when its reader goes away', async () => {
    const child = start(['score', model]);
    for (const line of ['one\n', 'two\n']) {
      child.stdin?.write(line);
      const [answer] = await once(child.stdout ?? child, 'data');
      assert.ok(String(answer).endsWith(`\t${line}`));
    }
    child.stdout?.destroy();
    child.stdin?.on('error', () => {});
    child.stdin?.write('three\n');
    const { code, stderr } = await end(child);
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('adds up to the result of eval with context stream, and when it is dynamic', async () => {
    const trained = path('trained.json');
    const corpus = path('corpus.txt');
    writeFileSync(corpus, 'over and over\nagain it goes\n'.repeat(60));
    const sizes = ['--layers', '1', '--hidden', '8', '--batch', '4', '--sequence', '10', '--steps', '20'];
    await run('train', corpus, '-o', trained, '--quiet', ...sizes);
    const { files, total } = JSON.parse((await run('eval', trained, corpus, '--dynamic', '--json')).stdout);
    assert.equal(files.length, 1);
    for (const [args, nats] of [
      [['--context', 'stream'], total.nats],
      [['--dynamic'], total.dynamic.nats],
    ] as const) {
      const lines = (await run('score', trained, corpus, '--json', ...args)).stdout.trim().split('\n');
      let bits = 0;
      let characters = 0;
      for (const line of lines) {
        bits += JSON.parse(line).bits;
        characters += JSON.parse(line).characters;
      }
      assert.equal(characters, total.predictions);
      assert.ok(Math.abs((bits * Math.LN2) / characters - nats) < 1e-5, `${(bits * Math.LN2) / characters}, ${nats}`);
    }
  });
});
