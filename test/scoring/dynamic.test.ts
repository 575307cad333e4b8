import assert from 'node:assert/strict';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { DynamicReader } from '../../src/scoring/dynamic.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { TEXT, TrainingFolder } from '../training/harness.js';
import { plainNats } from './plain.js';

const OTHER = 'a fox that was over the dog; the dog was lazy over the fox. ';

describe('DynamicReader', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  let checkpoint: Awaited<ReturnType<typeof loadCheckpoint>>;
  before(async () => {
    const sizes = { layers: 2, hidden: 24, batch: 5, sequence: 16 };
    checkpoint = await loadCheckpoint(await files.train(TEXT, { ...sizes, steps: 60 }));
  });
  const encode = (text: string): Int32Array => new Vocabulary(checkpoint.vocabulary).encode(text);
  const reader = (rate: number, decay = 0): DynamicReader => new DynamicReader(checkpoint, { segment: 7, rate, decay });
  const mean = (nats: Float64Array): number => nats.reduce((sum, x) => sum + x, 0) / nats.length;

  it('equals reading character by character when its rate is 0', () => {
    const symbols = encode(OTHER.repeat(2));
    const nats = reader(0).read(symbols);
    const plain = plainNats(checkpoint, symbols);
    assert.ok(Number.isNaN(nats[0]));
    for (let i = 1; i < symbols.length; i++) {
      const expected = plain[i];
      assert.ok(Math.abs(nats[i] - expected) < 1e-5, `character ${i}: ${nats[i]}, not ${expected}`);
    }
  });

  it('predicts no character after learning from that character or a later one', () => {
    const [a, b] = [encode(OTHER + OTHER), encode(OTHER + TEXT.slice(0, OTHER.length))];
    const [first, second] = [reader(0.01).read(a), reader(0.01).read(b)];
    const same = a.findIndex((symbol, i) => symbol !== b[i]);
    assert.ok(same >= OTHER.length);
    assert.deepEqual(first.slice(0, same), second.slice(0, same));
  });

  it('learns from what it reads, and forgets it on reset', () => {
    const dynamic = reader(0.002);
    const symbols = encode(OTHER);
    const first = dynamic.read(symbols).subarray(1);
    for (let i = 0; i < 20; i++) dynamic.read(symbols);
    assert.ok(mean(dynamic.read(symbols)) < 0.8 * mean(first));
    dynamic.reset();
    assert.deepEqual(dynamic.read(symbols).subarray(1), first);
  });

  it('returns to the trained weights: with a decay of 1 it never learns', () => {
    const symbols = encode(OTHER);
    const [back, still] = [reader(0.01, 1).read(symbols), reader(0).read(symbols)];
    // Moving there and back rounds.
    for (let i = 1; i < symbols.length; i++) assert.ok(Math.abs(back[i] - still[i]) < 1e-5, `character ${i}`);
  });

  it('refuses a checkpoint without second moments', () => {
    const { training: _, ...alone } = checkpoint;
    const message = /^dynamic evaluation needs the second moments .*; this checkpoint has none$/;
    assert.throws(() => new DynamicReader(alone, { segment: 7, rate: 0, decay: 0 }), { name: 'CharrnnError', message });
  });
});
