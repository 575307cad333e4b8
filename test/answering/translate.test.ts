import assert from 'node:assert/strict';
import { type TranslatedLine, translate, translateSources } from '../../src/answering/translate.js';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { CharrnnError } from '../../src/errors.js';
import { translate as translateLines } from '../../src/index.js';
import { forTask, random } from '../sampling/models.js';

const checkpoint = forTask({ name: 'translate' });
const sources = Array.from({ length: 700 }, (_, i) => 'abcacb'.repeat(9).slice(i % 7, (i % 7) + (i % 31)));

/** Translates bytes that arrive in these pieces. */
async function translated(pieces: readonly string[], threads: number, beam = 1, model: Checkpoint = checkpoint) {
  const lines: TranslatedLine[] = [];
  const stdin = (async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  })();
  const settings = { beam, length: 10, encoding: 'utf8', threads, backend: 'auto' } as const;
  const request = { ...settings, checkpoint: model, files: ['-'], stdin, onNotice: () => assert.fail() };
  for await (const block of translate(request)) lines.push(...block);
  return lines;
}

const refused = (message: RegExp) => (error: unknown) => error instanceof CharrnnError && message.test(error.message);

describe('translate', () => {
  for (const beam of [1, 3]) {
    it(`finds the same bits with any threads, blocks and neighbours (beam ${beam})`, async () => {
      const text = sources.map((source) => `${source}\n`).join('');
      const one = await translated([text], 1, beam);
      assert.deepEqual(
        one.map(({ source }) => source),
        sources,
      );
      assert.deepEqual(await translated([text], 3, beam), one);
      const pieces = text.match(/[\s\S]{1,150}/g) ?? [];
      assert.deepEqual(await translated(pieces, 2, beam), one);
    });
  }

  it('answers every line, numbered, without byte-order mark and carriage returns', async () => {
    const lines = await translated(['\ufeffa\r\n\nb', 'c'], 1);
    assert.deepEqual(
      lines.map(({ file, line, source }) => [file, line, source]),
      [
        ['standard input', 1, 'a'],
        ['standard input', 2, ''],
        ['standard input', 3, 'bc'],
      ],
    );
    assert.ok(lines.every(({ text, unknown }) => text.length <= 10 && unknown === 0));
  });

  it('refuses a line of more than 16,384 characters with its number', async () => {
    const longest = 'a'.repeat(16_384);
    assert.equal((await translated([`${longest}\n`], 1)).length, 1);
    const message = /^standard input: line 2: 16,385 characters, at most 16,384 can be translated; break it up$/;
    await assert.rejects(translated([`a\n${longest}b\n`], 1), refused(message));
  });

  it('refuses models of other tasks, and says which command to use', async () => {
    const labels = ['a', 'b'];
    const cases = [
      [
        undefined,
        /^the checkpoint: its model continues texts; use charrnn sample, score or eval, or train a model with task translate$/,
      ],
      [{ name: 'label', labels }, /^the checkpoint: its model labels texts; use charrnn label or eval$/],
      [
        { name: 'describe', labels },
        /^the checkpoint: its model writes a text for a label or a vector; use charrnn sample or eval$/,
      ],
    ] as const;
    for (const [task, message] of cases) {
      await assert.rejects(translated(['a\n'], 1, 1, random('\nabc', 'gru', task)), refused(message));
    }
    const speechless = random('abcd', 'gru', { name: 'translate' });
    await assert.rejects(translated(['a\n'], 1, 1, speechless), refused(/knows no line feed/));
  });
});

describe('translateSources', () => {
  it('finds the answers of translate', async () => {
    const texts = sources.slice(0, 90);
    const own: string[] = [];
    for await (const { text } of translateLines(checkpoint, texts, { threads: 1 })) own.push(text);
    const settings = { checkpoint, beam: 1, length: 1000, backend: 'auto', threads: 2 } as const;
    assert.deepEqual(await translateSources(texts, 'texts', settings), own);
    const long = translateSources(['a', 'a'.repeat(20_000)], 'texts', settings);
    await assert.rejects(long, refused(/^texts: line 2: 20,000 characters/));
  });
});

describe("the library's translate", () => {
  it('yields source, text, probability and unknown characters in order', async () => {
    const found = [];
    for await (const line of translateLines(checkpoint, ['ab', 'xc'], { beam: 2, length: 5 })) found.push(line);
    assert.deepEqual(
      found.map(({ source, unknown }) => [source, unknown]),
      [
        ['ab', 0],
        ['xc', 1],
      ],
    );
    assert.deepEqual(Object.keys(found[0]), ['source', 'text', 'logProbability', 'unknown']);
    assert.ok(found.every(({ text, logProbability }) => text.length <= 5 && logProbability < 0));
    await assert.rejects(translateLines(checkpoint, ['a'], { beam: 0 }).next(), refused(/^beam 0: must be from 1/));
  });
});
