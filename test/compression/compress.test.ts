import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { type CompressSettings, compress, decompress } from '../../src/compression/compress.js';
import { readContainer, writeContainer } from '../../src/compression/container.js';
import { bytesOf, itemsOf } from '../../src/compression/items.js';
import { fixedPredictor } from '../../src/compression/predictors.js';
import { decodeStreams, encodeStreams } from '../../src/compression/stream-coder.js';
import { CharrnnError } from '../../src/errors.js';
import { Fault } from '../../src/files/system-errors.js';
import * as library from '../../src/index.js';
import { wasm } from '../../src/kernels/backend.js';
import { DynamicReader } from '../../src/scoring/dynamic.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { random } from '../sampling/models.js';
import { plainNats } from '../scoring/plain.js';
import { TEXT, TrainingFolder } from '../training/harness.js';

const refused = (kind: typeof Fault | typeof CharrnnError, message: RegExp) => (error: unknown) =>
  error instanceof kind && message.test(error.message);

describe('compress', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  let checkpoint: Checkpoint;
  before(async () => {
    checkpoint = await loadCheckpoint(
      await files.train(TEXT, { layers: 2, hidden: 24, batch: 5, sequence: 16, steps: 60 }),
    );
  });
  const dynamic = { segment: 7, rate: 0.005, decay: 0.01 };
  const compressed = (bytes: Uint8Array, changes: Partial<CompressSettings> = {}): Promise<Buffer> =>
    compress(bytes, { checkpoint, encoding: 'utf8', threads: 2, ...changes });
  const text = Buffer.from(`${TEXT.slice(0, 700)}Ünknown: ЖЖ 語\0\r\n${TEXT.slice(300)}`);

  it('is undone by decompress, with any streams, threads and backend of the same bits', async () => {
    for (const changes of [{}, { streams: 1 }, { streams: 5 }, { dynamic }, { encoding: 'latin1' }] as const) {
      const one = await compressed(text, { ...changes, threads: 1, backend: 'wasm' });
      assert.deepEqual(await compressed(text, { ...changes, threads: 3, backend: 'auto' }), one);
      const back = await decompress(one, { checkpoint, threads: 3, backend: 'auto' });
      assert.ok(Buffer.from(back).equals(text));
    }
  });

  it('takes the bits that the model needs for the text', async () => {
    const known = Buffer.from(TEXT);
    const symbols = new Vocabulary(checkpoint.vocabulary).encode(TEXT);
    const sum = (nats: ArrayLike<number>): number =>
      Array.from(nats)
        .slice(1)
        .reduce((a, b) => a + b);
    const header = 200; // bits of what is coded beside the symbols: the first of them, and that there is no byte
    for (const [changes, nats] of [
      [{ streams: 1 }, sum(plainNats(checkpoint, symbols))],
      [{ dynamic }, sum(new DynamicReader(checkpoint, dynamic).read(symbols))],
    ] as const) {
      const { streams } = readContainer(await compressed(known, changes));
      const bits = 8 * streams[0].bytes.length;
      const least = nats / Math.LN2;
      assert.ok(bits > least && bits < least + header, `${bits} bits, not ${least}`);
    }
  });

  it('gives back nothing, one byte, and what no model expects', async () => {
    for (const bytes of [
      [],
      [0],
      [255],
      [116],
      Array.from({ length: 3000 }, (_, i) => (i * i * 37 + (i >> 3)) & 255),
    ]) {
      const own = Uint8Array.from(bytes);
      for (const changes of [{}, { dynamic }]) {
        const file = await compressed(own, changes);
        assert.deepEqual(new Uint8Array(await decompress(file, { checkpoint, threads: 1 })), own);
        assert.ok(file.length <= own.length + 80);
      }
    }
  });

  it('refuses another model, whose weights differ in one bit or whose moments do', async () => {
    const [file, learnt] = [await compressed(text), await compressed(text, { dynamic })];
    const changed = (arrays: Checkpoint['parameters']): Checkpoint['parameters'] =>
      arrays.map((array, i) => ({
        ...array,
        values: array.values.map((value, j) => (i + j === 0 ? value * 1.0000002 : value)),
      }));
    const other = { ...checkpoint, parameters: changed(checkpoint.parameters) };
    const message =
      /^was compressed with a model with the digest [0-9a-f]{12}…, this one has [0-9a-f]{12}…; give that checkpoint$/;
    await assert.rejects(decompress(file, { checkpoint: other }), refused(Fault, message));
    const { training } = checkpoint;
    assert.ok(training);
    const moments = training.moments.map((array) => ({ ...array, values: array.values.map((value) => value * 2) }));
    const forgetful = { ...checkpoint, training: { ...training, moments } };
    await assert.rejects(decompress(learnt, { checkpoint: forgetful }), refused(Fault, message));
    assert.ok(Buffer.from(await decompress(file, { checkpoint: forgetful })).equals(text));
    const task = { name: 'label', labels: ['a', 'b'] } as const;
    const labels = { ...checkpoint, model: { ...checkpoint.model, task } };
    await assert.rejects(compressed(text, { checkpoint: labels }), refused(CharrnnError, /its model labels texts/));
  });

  it('notices every damage: any byte changed, left out or added', async () => {
    const bytes = Buffer.from(TEXT.slice(0, 200));
    const file = await compressed(bytes, { streams: 2 });
    const isFault = (error: unknown): boolean => error instanceof Fault;
    const body = file.length - readContainer(file).streams.reduce((sum, { bytes }) => sum + bytes.length, 0);
    for (let at = 0; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] ^= 1 << (at % 8);
      if (at < body) assert.throws(() => readContainer(damaged), isFault);
      else if (at % 11 === 0) await assert.rejects(decompress(damaged, { checkpoint, threads: 1 }), isFault);
    }
    for (let length = 0; length < file.length; length++)
      assert.throws(() => readContainer(file.subarray(0, length)), isFault);
    assert.throws(() => readContainer(Buffer.concat([file, Buffer.of(0)])), /is damaged: 1 byte too many/);
    await assert.rejects(
      decompress(file.subarray(0, file.length - 3), { checkpoint }),
      refused(Fault, /^is damaged: 3 bytes missing at its end; get it again$/),
    );
  });
});

describe('a container that was made up', () => {
  it('is refused before anything is laid out for it', async () => {
    const checkpoint = random('\n abc', 'lstm');
    const bytes = Buffer.from('abc cab');
    const good = readContainer(await compress(bytes, { checkpoint, encoding: 'utf8', threads: 1, streams: 1 }));
    const dynamic = { segment: 20, rate: 1e-4, decay: 1e-3 };
    const [stream] = good.streams;
    const cases = [
      { streams: [] },
      { streams: Array.from({ length: 257 }, () => ({ items: 0, bytes: new Uint8Array() })) },
      { length: 2 ** 40 },
      { dynamic: { ...dynamic, segment: 0 } },
      { dynamic: { ...dynamic, segment: 4e9 } },
      { dynamic: { ...dynamic, rate: Number.NaN } },
      { dynamic: { ...dynamic, decay: -1 } },
      { dynamic, streams: [stream, stream] },
    ];
    for (const changes of cases) {
      assert.throws(
        () => readContainer(writeContainer({ ...good, ...changes })),
        /is damaged: its header makes no sense/,
      );
    }
    const longer = writeContainer({ ...good, streams: [{ ...stream, items: 1e9 }] });
    await assert.rejects(decompress(longer, { checkpoint }), /is damaged: 1,000,000,000 items in 7 bytes/);
    assert.deepEqual(readContainer(writeContainer({ ...good, dynamic })).dynamic, dynamic);
  });
});

describe("the library's compress", () => {
  it('is undone by its decompress, and refuses what is out of range or damaged', async () => {
    const checkpoint = random('\n abc', 'lstm');
    const bytes = Uint8Array.from([97, 98, 10, 200, 0, 99]);
    const small = await library.compress(checkpoint, bytes, { threads: 1 });
    assert.deepEqual(new Uint8Array(await library.decompress(checkpoint, small)), bytes);
    await assert.rejects(library.compress(checkpoint, bytes, { streams: 2, dynamic: true }), {
      message: 'streams 2: dynamic reads one; leave one of them out',
    });
    await assert.rejects(library.compress(checkpoint, bytes, { streams: 0 }), {
      message: 'streams 0: must be from 1 to 256',
    });
    await assert.rejects(
      library.decompress(checkpoint, small.subarray(1)),
      refused(CharrnnError, /^bytes: is not a text that charrnn compress wrote; give one that is$/),
    );
  });
});

describe('streams of items', () => {
  const checkpoint = random('\n abcéж', 'gru');
  for (const unknown of [false, true]) {
    it(`of any bytes come back${unknown ? ', with an unknown symbol' : ''}`, () => {
      const record = { codePoints: checkpoint.vocabulary.codePoints.slice(unknown ? 1 : 0), unknown };
      const vocabulary = new Vocabulary(record);
      const symbols = { size: vocabulary.size, unknown };
      const own = { ...checkpoint, vocabulary: record };
      const ignore = (): void => {};
      const bytes = fc.array(
        fc.oneof(
          fc.constantFrom('a', 'b', 'é', 'ж', ' ', '\n').map((c) => [...Buffer.from(c)]),
          fc.array(fc.nat(255)),
        ),
        { maxLength: 30 },
      );
      fc.assert(
        fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (texts) => {
          const streams = texts.map((text) => itemsOf(Uint8Array.from(text.flat()), vocabulary, 'utf8'));
          const predictor = () => fixedPredictor(own, streams.length, wasm);
          const coded = encodeStreams(predictor(), symbols, streams, ignore);
          const lengths = streams.map(({ length }) => length);
          const back = decodeStreams(predictor(), symbols, coded, lengths, ignore);
          assert.deepEqual(
            back,
            streams.map((items) => Int32Array.from(items)),
          );
          back.forEach((items, n) => {
            assert.deepEqual([...bytesOf([items], vocabulary, 'utf8')], texts[n].flat());
          });
        }),
        { numRuns: 60 },
      );
    });
  }
});
