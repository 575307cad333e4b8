// Translates in one thread. An encoder reads a batch of sources of similar length; the answers to all of them are then
// searched for together, a symbol at a time.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError } from '../errors.js';
import { auto, type SharedBackend } from '../kernels/backend.js';
import { rows } from '../kernels/plan.js';
import { type Sequence, writeSequences } from '../model/sequences.js';
import type { ModelShape } from '../model/shape.js';
import { AcceleratingInstance, type ParameterSource, parameterSource } from '../sampling/accelerating-instance.js';
import { insert } from '../sampling/beam.js';
import { Chooser } from '../sampling/choose.js';
import { type Memory, Sampler } from '../sampling/sampler.js';
import { LINE_FEED } from '../text/lines.js';
import { Vocabulary } from '../text/vocabulary.js';

/** Characters that a source may have. */
export const LONGEST_SOURCE = 16_384;

/** Sources that are read together, by the most symbols of the longest. */
const classes = [
  { most: 256, together: 64 },
  { most: 2048, together: 8 },
  { most: LONGEST_SOURCE + 1, together: 1 },
];

export interface Translation {
  /** The answer, without its end. */
  readonly text: string;
  /** ln of its probability, the end included. */
  readonly logProbability: number;
  /** Number of characters of the source that the model does not know. */
  readonly unknown: number;
  /** Whether the answer was cut at its greatest length. */
  readonly isCut: boolean;
}

export interface TranslatorSettings {
  /** Answers kept at each step of the search. Default: 1, the likeliest character each time. */
  readonly beam?: number | undefined;
  /** Maximum number of characters of an answer. Default: 1000. */
  readonly length?: number | undefined;
  /** Default: auto. */
  readonly backend?: SharedBackend | undefined;
}

/** A source as an encoder reads it: its symbols, the line feed last, or its vectors. */
interface Source {
  readonly sequence: Sequence;
  /** Steps that reading it takes. */
  readonly length: number;
  readonly unknown: number;
}

/** A partial answer. */
interface Hypothesis {
  /** ln of its probability. */
  readonly score: number;
  /** The last symbol, and the answer before it. */
  readonly symbol: number;
  readonly before: Hypothesis | undefined;
  /** The writer's text in which everything before `symbol` was read. */
  readonly from: number;
}

/** An answer that has ended. */
interface Ended {
  readonly last: Hypothesis;
  /** ln of its probability, and the same divided by its number of characters, the end included. */
  readonly score: number;
  readonly rate: number;
  readonly isCut: boolean;
}

/** The search for the answer to one source. */
interface Search {
  live: Hypothesis[];
  readonly ended: Ended[];
}

/**
 * Translates texts. An answer depends neither on the texts beside it nor on how many are translated at once.
 *
 * A beam search extends the K likeliest answers at each step. One that ends is set aside, and fewer are continued from
 * then on. Of those set aside, the best is the one with the highest ln of probability per character, the end included:
 * the sum alone would prefer short answers.
 */
export class Translator {
  private readonly vocabulary: Vocabulary;
  private readonly lineFeed: number;
  private readonly parameters: ParameterSource;
  private readonly backend: SharedBackend;
  private readonly beam: number;
  private readonly length: number;
  private readonly writer: Sampler;
  private readonly chooser: Chooser;
  /** A reader for each class of lengths. */
  private readonly readers = new Map<number, SourceReader>();

  /** @throws CharrnnError when the model does not translate, or is too large for a WebAssembly memory */
  constructor(
    private readonly checkpoint: Pick<Checkpoint, 'model' | 'vocabulary' | 'parameters'>,
    { beam = 1, length = 1000, backend = auto }: TranslatorSettings = {},
  ) {
    requireTranslator(checkpoint);
    this.vocabulary = new Vocabulary(checkpoint.vocabulary);
    this.lineFeed = this.vocabulary.indexOf(LINE_FEED);
    this.parameters = parameterSource(checkpoint.parameters);
    this.backend = backend;
    this.beam = beam;
    this.length = length;
    const texts = Math.max(1, Math.floor(classes[0].together / beam)) * beam;
    this.writer = new Sampler(checkpoint.model, this.parameters, { texts, backend });
    this.chooser = new Chooser(this.vocabulary.size, { temperature: 1 });
  }

  /** @throws CharrnnError when the model's output is not finite */
  translate(texts: readonly (string | Float32Array)[]): Translation[] {
    const sources = texts.map((text) => (typeof text === 'string' ? this.sourceOf(text) : this.filmOf(text)));
    // Sources of similar length stand side by side.
    const order = [...sources.keys()].sort((a, b) => sources[b].length - sources[a].length || a - b);
    const translations = new Array<Translation>(texts.length);
    for (let from = 0; from < order.length; ) {
      const longest = sources[order[from]].length;
      const place = classes.findIndex(({ most }) => longest <= most);
      if (place < 0) throw new RangeError(`a source of ${longest} steps`);
      const count = Math.min(classes[place].together, Math.max(1, Math.floor(classes[0].together / this.beam)));
      const group = order.slice(from, from + count);
      const memories = this.reader(place, longest).read(group.map((i) => sources[i]));
      this.answersTo(memories).forEach((answer, g) => {
        const i = group[g];
        translations[i] = { ...answer, unknown: sources[i].unknown };
      });
      from += count;
    }
    return translations;
  }

  private sourceOf(text: string): Source {
    const { vocabulary } = this;
    const codePoints = Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0);
    const { symbols, unknown } = vocabulary.line(codePoints);
    if (this.checkpoint.model.task?.isSourceReversed) symbols.subarray(0, -1).reverse();
    return { sequence: symbols, length: symbols.length, unknown };
  }

  private filmOf(film: Float32Array): Source {
    const { features = 1, isSourceReversed } = this.checkpoint.model.task ?? {};
    const length = film.length / features;
    return { sequence: isSourceReversed ? reversedRows(film, features) : film, length, unknown: 0 };
  }

  /** Returns a reader for sources of a class that has room for the longest. */
  private reader(place: number, longest: number): SourceReader {
    const { most, together } = classes[place];
    const found = this.readers.get(place);
    if (found && found.steps >= longest) return found;
    let steps = 16;
    while (steps < longest) steps *= 2;
    const { checkpoint, parameters, backend } = this;
    const reader = new SourceReader(checkpoint.model, parameters, together, Math.min(steps, most), backend);
    this.readers.set(place, reader);
    return reader;
  }

  /** Returns the best answers, one for each memory of a source. */
  private answersTo(memories: readonly Memory[]): Omit<Translation, 'unknown'>[] {
    const { writer, lineFeed, length } = this;
    memories.forEach((memory, g) => {
      writer.recall(g, memory);
    });
    const searches = memories.map(
      (_, g): Search => ({ live: [{ score: 0, symbol: lineFeed, before: undefined, from: g }], ended: [] }),
    );
    const symbols = new Int32Array(writer.texts);
    for (let written = 0; written <= length; written++) {
      const live = searches.flatMap((search) => search.live);
      if (live.length === 0) break;
      this.continueFrom(live.map(({ from }) => from));
      symbols.set(live.map(({ symbol }) => symbol));
      writer.feed(symbols);
      let first = 0;
      for (const search of searches) {
        const count = search.live.length;
        this.extend(search, first, written);
        first += count;
      }
    }
    return searches.map(({ ended }) => this.best(ended));
  }

  /** Moves the memories of the live answers to the writer's first texts. */
  private continueFrom(from: readonly number[]): void {
    if (from.some((text, n) => text !== n)) this.writer.rearrange(from);
    this.writer.fit(from.length);
  }

  /** Extends the answers of a search by a symbol. @param first the writer's text that has read the first of them */
  private extend(search: Search, first: number, written: number): void {
    const { vocabulary, writer, chooser, lineFeed, length } = this;
    const V = vocabulary.size;
    const { live, ended } = search;
    const most = this.beam - ended.length;
    const found: Hypothesis[] = [];
    live.forEach((before, i) => {
      const n = first + i;
      chooser.logProbabilities(writer.next.subarray(n * V, (n + 1) * V)).forEach((logProbability, symbol) => {
        insert(found, { score: before.score + logProbability, symbol, before, from: n }, most);
      });
    });
    search.live = [];
    for (const next of found) {
      const { score, symbol, before } = next;
      if (symbol === lineFeed) ended.push({ last: next, score, rate: score / (written + 1), isCut: false });
      else if (written < length) search.live.push(next);
      else if (before) ended.push({ last: before, score: before.score, rate: before.score / written, isCut: true });
    }
  }

  /** The whole answer with the highest rate; one that was cut only if there is no other. */
  private best(ended: readonly Ended[]): Omit<Translation, 'unknown'> {
    const { vocabulary, lineFeed } = this;
    const whole = ended.filter(({ isCut }) => !isCut);
    const { last, score, isCut } = (whole.length > 0 ? whole : ended).reduce((a, b) => (b.rate > a.rate ? b : a));
    const characters: string[] = [];
    for (let one: Hypothesis | undefined = last; one; one = one.before) {
      if (one.symbol !== lineFeed) characters.push(vocabulary.characterOf(one.symbol));
    }
    return { text: characters.reverse().join(''), logProbability: score, isCut };
  }
}

/** Reads sources with the encoder. */
class SourceReader {
  private readonly running: AcceleratingInstance;

  /** @param together sources that are read at once (N) @param steps the most symbols of one (S) */
  constructor(
    shape: ModelShape,
    parameters: ParameterSource,
    private readonly together: number,
    readonly steps: number,
    backend: SharedBackend,
  ) {
    const settings = { batch: together, sequence: 1, sourceSequence: steps, dropout: 0, training: false };
    this.running = new AcceleratingInstance(shape, parameters, settings, backend);
  }

  /** Returns where the answers begin. @param sources at most N, the longest first */
  read(sources: readonly Source[]): Memory[] {
    const { together: N, running } = this;
    const { model, worker, kernels } = running.instance;
    const { beginning } = model;
    if (!beginning) throw new RangeError('the model has no encoder');
    const lengths = sources.map(({ length }) => length);
    const sequences = sources.map(({ sequence }) => sequence);
    model.fit({ lengths: lengths.map(() => 1), sourceLengths: lengths, sourceStreams: [...sources.keys()] });
    writeSequences(beginning.inputs, kernels, N, sequences);
    model.begin(worker, undefined);
    running.count(lengths.reduce((sum, length) => sum + length));
    return sources.map((_, n) =>
      model.states.map(({ initial }) => Float32Array.from(kernels.read(rows(initial, n, n + 1)))),
    );
  }
}

/** Vectors (length, F) in reverse order. */
function reversedRows(values: Float32Array, F: number): Float32Array {
  const reversed = new Float32Array(values.length);
  for (let row = 0; row * F < values.length; row++) {
    reversed.set(values.subarray(row * F, (row + 1) * F), values.length - (row + 1) * F);
  }
  return reversed;
}

/** @throws CharrnnError (exit code 2) unless the model translates */
export function requireTranslator(checkpoint: Pick<Checkpoint, 'model' | 'vocabulary'>): void {
  requireTask(checkpoint, ['translate']);
  if (new Vocabulary(checkpoint.vocabulary).indexOf(LINE_FEED) >= 0) return;
  throw new CharrnnError('the model knows no line feed, which ends an answer; use another checkpoint', 2);
}
