import { log } from '../mathematics.js';
import type { Instance } from '../model/instance.js';
import type { LanguageModel } from '../model/network.js';
import type { Worker } from '../parallel/team.js';
import { LINE_FEED } from '../text/lines.js';
import type { BatchShape } from '../text/streams.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { UNKNOWN_NATS } from './figures.js';

/** Lines that are read together, and characters read at a time: windows are short because lines end anywhere. */
export const LINE_BATCH: BatchShape = { batch: 64, sequence: 16 };

/** For a line much longer than the others, which is read alone: a single row costs a tenth of a whole batch. */
export const LONG_LINE_BATCH: BatchShape = { batch: 1, sequence: 64 };
const COST_ALONE = 0.1;

/** For a text that continues across lines, which is one stream. */
export const STREAM_BATCH: BatchShape = { batch: 1, sequence: 32 };

/** Scores the lines of a text, block by block. */
export interface LineScorer {
  /**
   * Returns the nats of every character of each line, then of its line feed; NaN for what nothing predicts.
   * @param lines code points, without line feeds
   * @param isTerminated whether the last line ends with a line feed
   */
  score(lines: readonly Uint32Array[], isTerminated: boolean): readonly Float64Array[];
}

/**
 * Scores each line on its own: from a zero state the model reads a line feed, which precedes every line, then the line,
 * and predicts its characters and the line feed at its end. A vocabulary without line feeds has neither start nor end:
 * the first character then costs ln V. Lines of similar length are read together; the grouping does not affect their
 * scores.
 */
export class SingleLines implements LineScorer {
  private readonly lineFeed: number;

  /**
   * @param together a reader of `LINE_BATCH`
   * @param alone a reader of `LONG_LINE_BATCH`
   */
  constructor(
    private readonly together: TextReader,
    private readonly alone: TextReader,
    private readonly vocabulary: Vocabulary,
  ) {
    this.lineFeed = vocabulary.indexOf(LINE_FEED);
  }

  score(lines: readonly Uint32Array[]): readonly Float64Array[] {
    const encoded = lines.map((line) => symbolsOf(line, this.vocabulary));
    const texts = encoded.map(({ symbols }) => this.text(symbols));
    const order = texts.map((_, i) => i).sort((a, b) => texts[b].length - texts[a].length);
    const scores = new Array<Float64Array>(lines.length);
    const lengths = order.map((i) => texts[i].length);
    const long = longLines(lengths);
    for (let from = 0; from < order.length; ) {
      const reader = from < long ? this.alone : this.together;
      const group = order.slice(from, from + reader.texts);
      const nats = reader.read(group.map((i) => texts[i]));
      group.forEach((i, n) => {
        scores[i] = this.spread(encoded[i], nats[n]);
      });
      from += group.length;
    }
    return scores;
  }

  /** The symbols that the model reads and predicts: each one is the input that predicts the next. */
  private text(symbols: readonly number[]): readonly number[] {
    return this.lineFeed < 0 ? symbols : [this.lineFeed, ...symbols, this.lineFeed];
  }

  /** Returns the cost of each character, including unknown ones, and of the line feed after them. */
  private spread({ symbols, isKnown }: Encoded, nats: Float64Array): Float64Array {
    const hasEnds = this.lineFeed >= 0;
    // Without line feeds the model does not predict the first known character.
    const own = hasEnds || symbols.length === 0 ? nats : withFirst(log(this.vocabulary.size), nats);
    const all = new Float64Array(isKnown.length + (hasEnds ? 1 : 0));
    let at = 0;
    isKnown.forEach((known, i) => {
      all[i] = known ? own[at++] : UNKNOWN_NATS;
    });
    if (hasEnds) all[isKnown.length] = own[at];
    return all;
  }
}

/** Returns how many texts are best read alone. @param lengths in descending order */
function longLines(lengths: readonly number[]): number {
  let best = 0;
  let alone = 0;
  let saved = 0;
  // The rest is read in groups, each padded to its longest text; reading texts alone shortens only the first group.
  for (let count = 1; count <= lengths.length && count < LINE_BATCH.batch; count++) {
    alone += COST_ALONE * lengths[count - 1];
    const now = lengths[0] - (lengths[count] ?? 0) - alone;
    if (now > saved) {
      saved = now;
      best = count;
    }
  }
  return best;
}

/** Reads texts in parallel, each from a zero state, as many as the batch size of its model. */
export class TextReader {
  private readonly inputs: Int32Array;
  private readonly targets: Int32Array;

  private readonly model: LanguageModel;
  private readonly w: Worker;

  constructor({ model, worker }: Instance) {
    this.model = model;
    this.w = worker;
    this.inputs = new Int32Array(model.inputs.size);
    this.targets = new Int32Array(model.inputs.size);
    model.prepare(worker, undefined);
  }

  /** Number of texts that are read together (N). */
  get texts(): number {
    return this.model.settings.batch;
  }

  /** Returns the nats of all symbols but the first of each text. @param texts the longest first */
  read(texts: readonly (readonly number[])[]): Float64Array[] {
    const { model, w, inputs, targets } = this;
    const { batch: N, sequence: T } = model.settings;
    const nats = texts.map((text) => new Float64Array(Math.max(0, text.length - 1)));
    const steps = nats[0].length;
    model.reset(w);
    for (let start = 0; start < steps; start += T) {
      targets.fill(-1);
      texts.forEach((text, n) => {
        for (let t = 0; t < T && start + t < text.length - 1; t++) {
          inputs[t * N + n] = text[start + t];
          targets[t * N + n] = text[start + t + 1];
        }
      });
      w.kernels.writeIndices(model.inputs, inputs);
      w.kernels.writeIndices(model.targets, targets);
      model.forward(w, undefined);
      model.decode(w, undefined);
      model.loss(w, inputs.length);
      model.carry(w);
      const losses = w.kernels.read(model.losses);
      nats.forEach((own, n) => {
        for (let t = 0; t < T && start + t < own.length; t++) own[start + t] = losses[t * N + n];
      });
    }
    return nats;
  }
}

/** Scores lines as one continuous text, as `eval` reads it. */
export class ContinuedLines implements LineScorer {
  constructor(
    private readonly reader: { read(symbols: readonly number[]): Float64Array },
    private readonly vocabulary: Vocabulary,
  ) {}

  score(lines: readonly Uint32Array[], isTerminated: boolean): readonly Float64Array[] {
    return lines.map((line, i) => {
      const hasEnd = isTerminated || i < lines.length - 1;
      const { symbols, isKnown } = symbolsOf(hasEnd ? withLineFeed(line) : line, this.vocabulary);
      const nats = this.reader.read(symbols);
      let at = 0;
      return Float64Array.from(isKnown, (known) => (known ? nats[at++] : UNKNOWN_NATS));
    });
  }
}

/** Appends a line feed. Spreading a long line into arguments would overflow the stack. */
function withLineFeed(line: Uint32Array): Uint32Array {
  const all = new Uint32Array(line.length + 1);
  all.set(line);
  all[line.length] = LINE_FEED;
  return all;
}

function withFirst(first: number, rest: Float64Array): Float64Array {
  const all = new Float64Array(rest.length + 1);
  all[0] = first;
  all.set(rest, 1);
  return all;
}

interface Encoded {
  /** Symbols of the characters that the model reads. */
  readonly symbols: readonly number[];
  /** For each character, whether the model reads it. */
  readonly isKnown: readonly boolean[];
}

/** Encodes a line. A character missing from the vocabulary becomes the unknown symbol, or is left out without one. */
function symbolsOf(line: Uint32Array, vocabulary: Vocabulary): Encoded {
  const symbols: number[] = [];
  const isKnown: boolean[] = [];
  for (const codePoint of line) {
    const index = vocabulary.indexOf(codePoint);
    const known = index >= 0 || vocabulary.unknown;
    if (known) symbols.push(Math.max(0, index));
    isKnown.push(known);
  }
  return { symbols, isKnown };
}
