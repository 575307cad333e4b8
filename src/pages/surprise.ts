import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import { LN2 } from '../mathematics.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import { partsOf, WARM_UP } from '../model/text-parts.js';
import type { BackendName } from '../options/training-options.js';
import { Workers } from '../parallel/workers.js';
import { LINE_FEED } from '../text/lines.js';
import { type Tokens, tokensRead } from '../text/tokens.js';
import { Vocabulary } from '../text/vocabulary.js';
import {
  ALTERNATIVES,
  type Confusion,
  type MeanSurprise,
  MOST_SURPRISED,
  STEPS_PER_BIT,
  type SurpriseData,
  UNPREDICTED,
  UNREAD,
} from './report-data.js';
import type { Expectations, ReadingData, ReadingProcedures } from './surprise-worker.js';

export interface Reading {
  readonly backend: BackendName;
  /** Default: the available cores. Does not affect the result. */
  readonly threads?: number | undefined;
  /** Called with the fraction of the text that has been read. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Parts read side by side by a worker, and the most logits that it keeps. */
const BATCH = 16;
const LOGITS = 2 ** 20;
/** Parts that a text is read in, and the shortest that is worth reading `WARM_UP` characters twice. */
const PARTS = 256;
const SHORTEST = 8 * WARM_UP;

/**
 * Tells how surprised a model is at each character of a text, read from start to end, and what it expected instead. Parts
 * of a long text are read side by side, each warmed up on the end of the one before.
 * @param codePoints the text, of any length; characters that the model does not know are skipped, or read as its
 * unknown symbol
 * @throws CharrnnError when the model's output is not finite
 */
export async function surpriseAt(
  checkpoint: Checkpoint,
  codePoints: Uint32Array,
  reading: Reading,
): Promise<SurpriseData> {
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const { tokens, places } = tokensRead(codePoints, vocabulary);
  const expected = await read(checkpoint, tokens, reading);
  const unsteady = expected.nats.find((nats) => !Number.isFinite(nats));
  if (unsteady !== undefined) {
    throw new CharrnnError(`the model's output is ${unsteady}; its weights are too large, use another checkpoint`);
  }
  return packed(codePoints, { tokens, places, expected, vocabulary });
}

async function read(
  { model: shape, parameters }: Checkpoint,
  tokens: Tokens,
  { backend, threads = availableParallelism(), onProgress = () => {} }: Reading,
): Promise<Expectations> {
  const predictions = Math.max(0, tokens.length - 1);
  const whole: Expectations = {
    nats: new Float32Array(predictions),
    symbols: new Int32Array(predictions * ALTERNATIVES),
    probabilities: new Float32Array(predictions * ALTERNATIVES),
  };
  if (predictions === 0) return whole;
  // The division depends on nothing but the length of the text.
  const count = Math.max(1, Math.min(PARTS, Math.floor(predictions / SHORTEST)));
  const parts = partsOf({ from: 0, to: predictions }, count);
  const groups = Array.from({ length: Math.ceil(parts.length / BATCH) }, (_, i) =>
    parts.slice(i * BATCH, (i + 1) * BATCH),
  );
  const sequence = Math.max(1, Math.min(32, Math.floor(LOGITS / (BATCH * shape.vocabulary))));
  const batch = { batch: Math.min(BATCH, parts.length), sequence };
  const layout = (): ReadingData => ({
    ...{ shape, batch, backend, tokens },
    memory: sharedMemory(layOut({ backend: backendsByName[backend], shape, settings: forReading(batch) }), parameters),
  });
  const program = new URL('./surprise-worker.js', import.meta.url);
  const workers = new Workers<ReadingProcedures>(program, Math.min(threads, groups.length), layout);
  try {
    let done = 0;
    await Promise.all(
      groups.map(async (group) => {
        const { nats, symbols, probabilities } = await workers.any('read', group);
        const [{ from }] = group;
        whole.nats.set(nats, from);
        whole.symbols.set(symbols, from * ALTERNATIVES);
        whole.probabilities.set(probabilities, from * ALTERNATIVES);
        onProgress(++done / groups.length);
      }),
    );
    return whole;
  } finally {
    await workers.close();
  }
}

interface ReadText {
  readonly tokens: Tokens;
  readonly places: Int32Array | undefined;
  readonly expected: Expectations;
  readonly vocabulary: Vocabulary;
}

function packed(codePoints: Uint32Array, { tokens, places, expected, vocabulary }: ReadText): SurpriseData {
  const { nats, symbols, probabilities } = expected;
  const bits = new Uint8Array(codePoints.length).fill(UNREAD);
  const placeOf = (i: number): number => places?.[i] ?? i;
  if (tokens.length > 0) bits[placeOf(0)] = UNPREDICTED;
  const used = [...new Set(symbols)].filter((symbol) => symbol >= 0).sort((a, b) => a - b);
  const indexOf = new Map(used.map((symbol, i) => [symbol, i]));
  const wide = used.length > 256;
  const alternatives = wide
    ? new Uint16Array(codePoints.length * ALTERNATIVES)
    : new Uint8Array(codePoints.length * ALTERNATIVES);
  const shares = new Uint8Array(codePoints.length * ALTERNATIVES);
  const sums = new Sums(codePoints);
  let total = 0;
  for (let i = 0; i < nats.length; i++) {
    const place = placeOf(i + 1);
    const cost = nats[i] / LN2;
    total += cost;
    bits[place] = Math.min(MOST_SURPRISED, Math.round(cost * STEPS_PER_BIT));
    for (let k = 0; k < ALTERNATIVES; k++) {
      alternatives[place * ALTERNATIVES + k] = indexOf.get(symbols[i * ALTERNATIVES + k]) ?? 0;
      shares[place * ALTERNATIVES + k] = Math.round(255 * Math.max(0, probabilities[i * ALTERNATIVES + k]));
    }
    sums.add(place, cost, tokens[i + 1], symbols[i * ALTERNATIVES]);
  }
  return {
    bits: base64Of(bits),
    vocabulary: used.map((symbol) => vocabulary.characterOf(symbol)),
    alternatives: base64Of(alternatives),
    probabilities: base64Of(shares),
    predictions: nats.length,
    unread: codePoints.length - tokens.length,
    meanBits: nats.length === 0 ? 0 : total / nats.length,
    ...sums.tables(vocabulary),
  };
}

const base64Of = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** Positions in the line of which the mean surprise is shown, and rows of the two tables. */
const POSITIONS = 120;
/** Fraction of the lines that must reach a position. */
const LEAST_LINES = 0.005;
const CHARACTERS = 200;
const CONFUSIONS = 30;

/** Sums of bits by position in the line, by character, and by pair of characters. */
class Sums {
  /** The position in its line of each code point. */
  private readonly positions: Uint32Array;
  private readonly byPosition: { bits: number; count: number }[] = [];
  private readonly byPair = new Map<number, { symbol: number; expected: number; bits: number; count: number }>();

  constructor(codePoints: Uint32Array) {
    this.positions = new Uint32Array(codePoints.length);
    let position = 0;
    codePoints.forEach((codePoint, place) => {
      this.positions[place] = position;
      position = codePoint === LINE_FEED ? 0 : position + 1;
    });
  }

  add(place: number, bits: number, symbol: number, expected: number): void {
    const position = this.positions[place];
    if (position < POSITIONS) {
      while (this.byPosition.length <= position) this.byPosition.push({ bits: 0, count: 0 });
      this.byPosition[position].bits += bits;
      this.byPosition[position].count++;
    }
    const key = symbol * 0x110000 + expected;
    const pair = this.byPair.get(key);
    if (pair) {
      pair.bits += bits;
      pair.count++;
    } else this.byPair.set(key, { symbol, expected, bits, count: 1 });
  }

  tables(vocabulary: Vocabulary): Pick<SurpriseData, 'byPosition' | 'byCharacter' | 'confusions'> {
    const characters = new Map<number, { bits: number; count: number }>();
    const pairs: Confusion[] = [];
    for (const { symbol, expected, bits, count } of this.byPair.values()) {
      const sum = characters.get(symbol) ?? { bits: 0, count: 0 };
      characters.set(symbol, { bits: sum.bits + bits, count: sum.count + count });
      if (symbol === expected) continue;
      const [written, other] = [symbol, expected].map((index) => vocabulary.characterOf(index));
      pairs.push({ written, expected: other, count, bits });
    }
    const mean = ({ bits, count }: MeanSurprise): MeanSurprise => ({ bits: count === 0 ? 0 : bits / count, count });
    // The last positions of the longest lines say nothing about lines.
    const enough = this.byPosition.findLastIndex(
      ({ count }) => count >= LEAST_LINES * (this.byPosition[0]?.count ?? 0),
    );
    return {
      byPosition: this.byPosition.slice(0, enough + 1).map(mean),
      byCharacter: [...characters]
        .sort(([a, x], [b, y]) => y.bits - x.bits || a - b)
        .slice(0, CHARACTERS)
        .map(([symbol, sum]) => ({ character: vocabulary.characterOf(symbol), ...mean(sum) })),
      confusions: pairs.sort((a, b) => b.bits - a.bits).slice(0, CONFUSIONS),
    };
  }
}
