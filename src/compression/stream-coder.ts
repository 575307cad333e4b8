// Codes several streams of items in parallel, each with a range coder of its own: the network reads a symbol of every
// stream at a time. The same walk compresses and decompresses; only where an item comes from differs.

import { AdaptiveFrequencies, PredictedFrequencies } from './frequencies.js';
import { byteOf, isSymbol, ofByte } from './items.js';
import type { Predictor } from './predictors.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';

/** The sizes of the vocabulary that a model predicts. */
export interface Symbols {
  readonly size: number;
  /** Whether symbol 0 stands for what is unknown, and so never occurs as an item. */
  readonly unknown: boolean;
}

/** Called now and then with the number of items coded so far. */
export type OnItems = (count: number) => void;

export function encodeStreams(
  predictor: Predictor,
  symbols: Symbols,
  streams: readonly Int32Array[],
  onItems: OnItems,
): Uint8Array[] {
  const coders = streams.map(() => new ItemCoder());
  const encoders = streams.map(() => new RangeEncoder());
  const lengths = streams.map(({ length }) => length);
  walk(predictor, symbols, lengths, onItems, (n, at, predicted) => {
    const item = streams[n][at];
    coders[n].encode(item, predicted, encoders[n]);
    return item;
  });
  return encoders.map((encoder) => encoder.end());
}

/** @param lengths items of each stream */
export function decodeStreams(
  predictor: Predictor,
  symbols: Symbols,
  streams: readonly Uint8Array[],
  lengths: readonly number[],
  onItems: OnItems,
): Int32Array[] {
  const coders = streams.map(() => new ItemCoder());
  const decoders = streams.map((bytes) => new RangeDecoder(bytes));
  const items = lengths.map((length) => new Int32Array(length));
  walk(predictor, symbols, lengths, onItems, (n, at, predicted) => {
    items[n][at] = coders[n].decode(predicted, decoders[n]);
    return items[n][at];
  });
  return items;
}

/** Rounds between two reports. */
const REPORT_EVERY = 256;

/**
 * Goes through all streams: in each round, every stream codes items up to and including its next symbol, then the network
 * reads these symbols.
 * @param code codes item `at` of stream n, given what the network predicts, and returns it
 */
function walk(
  predictor: Predictor,
  { size: V, unknown }: Symbols,
  lengths: readonly number[],
  onItems: OnItems,
  code: (n: number, at: number, predicted: PredictedFrequencies) => number,
): void {
  const predicted = new PredictedFrequencies(V, unknown ? 1 : 0);
  const places = lengths.map(() => 0);
  const read = new Int32Array(lengths.length);
  for (let round = 1; places.some((at, n) => at < lengths[n]); round++) {
    lengths.forEach((length, n) => {
      if (places[n] >= length) return;
      predicted.set(predictor.next, n * V);
      let item = -1;
      while (places[n] < length && !isSymbol(item)) item = code(n, places[n]++, predicted);
      if (isSymbol(item)) read[n] = item;
    });
    predictor.feed(read);
    if (round % REPORT_EVERY === 0) onItems(places.reduce((sum, at) => sum + at));
  }
  onItems(lengths.reduce((sum, length) => sum + length, 0));
}

/** Weights of what occurs among bytes and among kinds, and how much is remembered. */
const BYTE = { weight: 24, most: 2 ** 13 };
const KIND = { weight: 2, most: 2 ** 16 };
const [SYMBOL, SINGLE] = [0, 1];

/**
 * Codes the items of one stream: first whether it is a symbol or a byte, then which. What the network cannot predict is
 * counted: the kinds that follow either kind, and the bytes that follow each byte.
 */
class ItemCoder {
  private readonly kinds = [SYMBOL, SINGLE].map(() => new AdaptiveFrequencies(2, KIND.weight, KIND.most));
  private readonly bytes = new Map<number, AdaptiveFrequencies>();
  private kind = SYMBOL;
  /** The byte before, or −1 after a symbol. */
  private before = -1;

  encode(item: number, predicted: PredictedFrequencies, encoder: RangeEncoder): void {
    const kind = isSymbol(item) ? SYMBOL : SINGLE;
    this.kinds[this.kind].encode(kind, encoder);
    if (kind === SYMBOL) predicted.encode(item, encoder);
    else this.followers().encode(byteOf(item), encoder);
    this.count(item, kind);
  }

  decode(predicted: PredictedFrequencies, decoder: RangeDecoder): number {
    const kind = this.kinds[this.kind].decode(decoder);
    const item = kind === SYMBOL ? predicted.decode(decoder) : ofByte(this.followers().decode(decoder));
    this.count(item, kind);
    return item;
  }

  private followers(): AdaptiveFrequencies {
    const found = this.bytes.get(this.before) ?? new AdaptiveFrequencies(256, BYTE.weight, BYTE.most);
    this.bytes.set(this.before, found);
    return found;
  }

  private count(item: number, kind: number): void {
    this.kinds[this.kind].add(kind);
    this.kind = kind;
    if (kind === SINGLE) this.followers().add(byteOf(item));
    this.before = kind === SINGLE ? byteOf(item) : -1;
  }
}
