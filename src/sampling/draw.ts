import { Purpose, type RandomKey, randomKey, uniform } from '../random.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { type Choice, Chooser } from './choose.js';
import { type Ending, type Piece, Progress } from './pieces.js';
import type { Start } from './prime.js';
import type { Sampler } from './sampler.js';

/** Texts that may be waiting for an earlier one, for each that is read side by side. */
const AHEAD = 16;

export interface Drawing extends Choice, Ending {
  /** Whether the probability of each character is wanted. */
  readonly probabilities?: boolean | undefined;
}

/** A text in the making. */
class Draft {
  readonly progress: Progress;
  readonly key: RandomKey;
  private text = '';
  private probabilities: number[] = [];

  constructor(
    readonly seed: number,
    ending: Ending,
  ) {
    this.progress = new Progress(ending);
    this.key = randomKey(seed, Purpose.sampling);
  }

  add(text: string, probability: number | undefined): void {
    for (const sure of this.progress.add({ text, probability: probability ?? 0 })) {
      this.text += sure.text;
      if (probability !== undefined) this.probabilities.push(sure.probability);
    }
  }

  /** What is known of the text and was not taken yet. */
  take(): Piece {
    const piece = { seed: this.seed, text: this.text, probabilities: this.probabilities, end: this.progress.end };
    this.text = '';
    this.probabilities = [];
    return piece;
  }
}

/**
 * Draws a text for each seed, as many side by side as the sampler reads, and gives them in the order of the seeds: the
 * first as it grows. A text depends on its own seed alone.
 *
 * @throws CharrnnError when the model's output is not finite
 */
export function* drawTexts(
  sampler: Sampler,
  start: Start,
  vocabulary: Vocabulary,
  seeds: Iterator<number>,
  drawing: Drawing,
): Generator<Piece> {
  const V = vocabulary.size;
  const chooser = new Chooser(V, drawing);
  const places = new Array<Draft | undefined>(sampler.texts).fill(undefined);
  const symbols = new Int32Array(sampler.texts);
  /** All that were begun and not given whole, in order. */
  const drafts: Draft[] = [];
  let isMore = true;

  const begin = (n: number): void => {
    while (isMore && places[n] === undefined && drafts.length < AHEAD * sampler.texts) {
      const { done, value } = seeds.next();
      if (done) isMore = false;
      else {
        const draft = new Draft(value, drawing);
        drafts.push(draft);
        if (draft.progress.end) continue;
        places[n] = draft;
        sampler.recall(n, start.memory);
      }
    }
  };
  const goOn = (n: number, draft: Draft): void => {
    const { progress, key } = draft;
    const logits = progress.length === 0 ? start.logits : sampler.next.subarray(n * V, (n + 1) * V);
    const symbol = chooser.choose(logits, uniform(key, progress.length));
    const probability = drawing.probabilities ? chooser.probability(logits, symbol) : undefined;
    draft.add(vocabulary.characterOf(symbol), probability);
    symbols[n] = symbol;
    if (progress.end) places[n] = undefined;
  };

  for (;;) {
    for (let n = 0; n < places.length; n++) begin(n);
    places.forEach((draft, n) => {
      if (draft) goOn(n, draft);
    });
    for (let first = drafts[0]; first !== undefined; first = drafts[0]) {
      yield first.take();
      if (!first.progress.end) break;
      drafts.shift();
    }
    if (places.some((draft) => draft !== undefined)) sampler.feed(symbols);
    else if (!isMore && drafts.length === 0) return;
  }
}
