import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { textOf } from '../../src/errors.js';
import { LN2 } from '../../src/mathematics.js';
import { UNKNOWN_NATS } from '../../src/scoring/figures.js';
import { Highest, type ScoredLine, type ScoreRequest, score } from '../../src/scoring/score.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { inPieces } from '../text/in-pieces.js';
import { TrainingFolder } from '../training/harness.js';
import { plainNats, sumFrom } from './plain.js';

const TEXT = 'the quick brown fox\njumps over\nthe lazy dog; what a day.\n'.repeat(16);

describe('score', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  let checkpoint: Checkpoint;
  let withoutEnds: Checkpoint;
  before(async () => {
    const sizes = { layers: 2, hidden: 12, batch: 5, sequence: 8, steps: 30 };
    checkpoint = await loadCheckpoint(await files.train(TEXT, sizes));
    withoutEnds = await loadCheckpoint(await files.train(TEXT.replaceAll('\n', ' '), sizes));
  });

  async function scored(text: string | Uint8Array[], changes: Partial<ScoreRequest> = {}): Promise<ScoredLine[]> {
    const lines: ScoredLine[] = [];
    const pieces = typeof text === 'string' ? [Buffer.from(text)] : text;
    const request: ScoreRequest = {
      ...{ checkpoints: [checkpoint], files: ['-'], context: 'line', encoding: 'utf8', threads: 1, backend: 'wasm' },
      ...{
        dynamic: undefined,
        isDetailed: true,
        stdin: inPieces(...pieces),
        onNotice: (message) => assert.fail(textOf(message)),
      },
      ...changes,
    };
    for await (const block of score(request)) lines.push(...block);
    return lines;
  }
  const bitsOf = (lines: readonly ScoredLine[]): number[] => lines.map(({ scores: [{ bits }] }) => bits);
  const near = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual - expected) <= 1e-4 * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
  /** Bits of a text whose first character is read but not counted. */
  const plainBits = (text: string, model = checkpoint): number =>
    sumFrom(1, plainNats(model, new Vocabulary(model.vocabulary).encode(text))) / LN2;

  it('is the cost of predicting each character of a line after a line feed, and the line feed after it', async () => {
    const lines = ['the fox', '', 'x', 'a very very long line that is read in more than one window, over and over'];
    const result = await scored(`${lines.join('\n')}\n`.replace('very', 'lazy').replaceAll('g,', 'g;'));
    const texts = result.map(({ bytes }) => Buffer.from(bytes).toString());
    assert.equal(texts.length, 4);
    result.forEach(({ scores: [{ bits, counted, unknown, details = new Float64Array() }] }, i) => {
      const known = [...texts[i]].filter((character) => TEXT.includes(character));
      const missing = texts[i].length - known.length;
      near(bits, plainBits(`\n${known.join('')}\n`) + (missing * UNKNOWN_NATS) / LN2);
      assert.deepEqual([counted, unknown, details.length], [texts[i].length + 1, missing, texts[i].length + 1]);
      near(
        details.reduce((sum, value) => sum + value, 0),
        bits,
      );
    });
  });

  it('does not depend on threads, on neighbouring lines, or on how the input is cut', async () => {
    const line = fc.string({ unit: fc.constantFrom(...'the quick\u00fc.'), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 90 }), fc.nat(), async (lines, cut) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const at = cut % bytes.length;
        const together = bitsOf(await scored([bytes]));
        assert.deepEqual(bitsOf(await scored([bytes.subarray(0, at), bytes.subarray(at)], { threads: 3 })), together);
        const some = lines.length >> 1;
        assert.deepEqual(bitsOf(await scored(`${lines[some]}\n`)), [together[some]]);
      }),
      { seed: 1, numRuns: 8 },
    );
  });

  it('charges ln V for the first character and nothing for the end if the vocabulary has no line feed', async () => {
    const [line] = await scored('the fox\n', { checkpoints: [withoutEnds] });
    const size = withoutEnds.model.vocabulary;
    near(line.scores[0].bits, Math.log2(size) + plainBits('the fox', withoutEnds));
    assert.equal(line.scores[0].counted, 7);
    assert.deepEqual(
      (await scored('\n', { checkpoints: [withoutEnds] })).map(({ scores: [{ bits, counted }] }) => [bits, counted]),
      [[0, 0]],
    );
  });

  it('reads everything as one text with context stream, without predicting the first character, as eval does', async () => {
    for (const text of ['the dog; the fox\n\nover a day', 'the dog\nthe fox\n']) {
      const bytes = [...text].map((character) => Buffer.from(character));
      for (const pieces of [[Buffer.from(text)], bytes]) {
        const lines = await scored(pieces, { context: 'stream' });
        const [first] = lines;
        assert.ok(Number.isNaN(first.scores[0].details?.[0]));
        near(
          bitsOf(lines).reduce((sum, bits) => sum + bits),
          plainBits(text),
        );
        const counted = lines.reduce((sum, { scores: [score] }) => sum + score.counted, 0);
        assert.equal(counted, text.length - 1);
      }
    }
  });

  it('accepts a line of half a million characters in either context', async () => {
    const long = `${'the quick brown fox '.repeat(25_000)}\n`;
    for (const context of ['line', 'stream'] as const) {
      const [{ scores }] = await scored(long, { context });
      assert.equal(scores[0].counted, long.length - (context === 'stream' ? 1 : 0), context);
      assert.ok(Number.isFinite(scores[0].bits));
    }
  });

  it('learns from what it reads when it is dynamic', async () => {
    const text = 'over the lazy fox a dog jumps\n'.repeat(20);
    const fixed = bitsOf(await scored(text, { context: 'stream' }));
    const options = { segment: 10, rate: 0.01, decay: 0 };
    const learning = bitsOf(await scored(text, { dynamic: options }));
    assert.ok(learning[19] < 0.97 * fixed[19], `${learning[19]}, ${fixed[19]}`);
    assert.deepEqual(
      bitsOf(await scored(text, { dynamic: { ...options, rate: 0 } })).map(Math.round),
      fixed.map(Math.round),
    );
  });

  it('accepts any bytes, scores them, and returns them unchanged', async () => {
    const anything = fc.uint8Array({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        const lines = await scored([bytes]);
        const rejoined = Buffer.concat(lines.flatMap((line, i) => [...(i > 0 ? [Buffer.from('\n')] : []), line.bytes]));
        const expected = bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes;
        assert.deepEqual(rejoined, Buffer.from(expected));
        for (const bits of bitsOf(lines)) assert.ok(bits > 0 && Number.isFinite(bits));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('has a score for each model', async () => {
    const lines = await scored('the fox\nover\n', { checkpoints: [checkpoint, withoutEnds] });
    const alone = await scored('the fox\nover\n', { checkpoints: [withoutEnds] });
    assert.deepEqual(
      lines.map(({ scores }) => scores[1].bits),
      bitsOf(alone),
    );
  });
});

describe('Highest', () => {
  it('equals sorting all and taking the first, with ties in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 8 }), (values, limit) => {
        const highest = new Highest<number>(limit);
        values.forEach((value, i) => {
          highest.add(i, value);
        });
        const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
        assert.deepEqual(highest.sorted(), order.slice(0, limit));
      }),
      { seed: 1 },
    );
  });
});
