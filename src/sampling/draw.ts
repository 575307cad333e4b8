import { Purpose, type RandomKey, randomKey, uniform } from '../random.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { type Choice, Chooser } from './choose.js';
import { type Ending, type Piece, Progress } from './pieces.js';
import type { Start } from './prime.js';
import type { Sampler } from './sampler.js';

/** Texts that may wait for an earlier one, per text that is read in parallel. */
const AHEAD = 16;

export interface Drawing extends Choice, Ending {
  /** Whether to return the probability of each character. */
  readonly probabilities?: boolean | undefined;
}

/** Where a text begins. */
export interface Origin {
  readonly seed: number;
  readonly start: Start;
  readonly given?: Piece['given'];
}

/** A text that is being drawn. */
class Draft {
  readonly progress: Progress;
  readonly key: RandomKey;
  private text = '';
  private probabilities: number[] = [];

  constructor(
    readonly origin: Origin,
    ending: Ending,
  ) {
    this.progress = new Progress(ending);
    this.key = randomKey(origin.seed, Purpose.sampling);
  }

  add(text: string, probability: number | undefined): void {
    for (const sure of this.progress.add({ text, probability: probability ?? 0 })) {
      this.text += sure.text;
      if (probability !== undefined) this.probabilities.push(sure.probability);
    }
  }

  /** Returns the settled part of the text that was not taken yet. */
  take(): Piece {
    const { seed, given } = this.origin;
    const piece = {
      ...(given === undefined ? { seed } : { seed, given }),
      ...{ text: this.text, probabilities: this.probabilities, end: this.progress.end },
    };
    this.text = '';
    this.probabilities = [];
    return piece;
  }
}

/**
 * Draws a text from each origin, as many in parallel as the sampler reads, and yields them in order: the first one as it
 * grows. A text depends only on its own origin.
 *
 * @throws CharrnnError when the model's output is not finite
 */
export function* drawTexts(
  sampler: Sampler,
  vocabulary: Vocabulary,
  origins: Iterator<Origin>,
  drawing: Drawing,
): Generator<Piece> {
  const V = vocabulary.size;
  const chooser = new Chooser(V, drawing);
  const places = new Array<Draft | undefined>(sampler.texts).fill(undefined);
  const symbols = new Int32Array(sampler.texts);
  /** Texts that were begun and not yet yielded completely, in order. */
  const drafts: Draft[] = [];
  let hasMore = true;

  const begin = (n: number): void => {
    while (hasMore && places[n] === undefined && drafts.length < AHEAD * sampler.texts) {
      const { done, value } = origins.next();
      if (done) hasMore = false;
      else {
        const draft = new Draft(value, drawing);
        drafts.push(draft);
        if (draft.progress.end) continue;
        places[n] = draft;
        sampler.recall(n, value.start.memory);
      }
    }
  };
  const extend = (n: number, draft: Draft): void => {
    const { progress, key, origin } = draft;
    const logits = progress.length === 0 ? origin.start.logits : sampler.next.subarray(n * V, (n + 1) * V);
    const symbol = chooser.choose(logits, uniform(key, progress.length));
    const probability = drawing.probabilities ? chooser.probability(logits, symbol) : undefined;
    draft.add(vocabulary.characterOf(symbol), probability);
    symbols[n] = symbol;
    if (progress.end) places[n] = undefined;
  };

  for (;;) {
    for (let n = 0; n < places.length; n++) begin(n);
    places.forEach((draft, n) => {
      if (draft) extend(n, draft);
    });
    for (let first = drafts[0]; first !== undefined; first = drafts[0]) {
      yield first.take();
      if (!first.progress.end) break;
      drafts.shift();
    }
    if (places.some((draft) => draft !== undefined)) sampler.feed(symbols);
    else if (!hasMore && drafts.length === 0) return;
  }
}
