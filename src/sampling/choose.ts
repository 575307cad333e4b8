import { log } from '../mathematics.js';
import { draw, likeliest, weigh } from './distribution.js';
import { type Filters, filter } from './filter.js';

/** How a symbol is chosen from a distribution: first the temperature, then top-k, then top-p, then min-p. */
export interface Choice extends Filters {
  /** Divides the logits; 0 takes the likeliest symbol every time. */
  readonly temperature: number;
}

/** Chooses symbols from logits, so that the same random number gives the same symbol on every machine. */
export class Chooser {
  private readonly weights: Float64Array;
  private readonly filters: Filters | undefined;

  /** @param symbols in the vocabulary (V) */
  constructor(
    symbols: number,
    private readonly choice: Choice,
  ) {
    this.weights = new Float64Array(symbols);
    const { 'top-k': k, 'top-p': p, 'min-p': least } = choice;
    if (k !== undefined || p !== undefined || least !== undefined) this.filters = choice;
  }

  /**
   * @param logits (V)
   * @param random in [0, 1)
   * @throws CharrnnError when a logit is not finite
   */
  choose(logits: ArrayLike<number>, random: number): number {
    const { weights, filters } = this;
    const { temperature } = this.choice;
    if (temperature === 0) return likeliest(logits);
    const total = weigh(logits, temperature, weights);
    return draw(weights, filters ? filter(weights, filters) : total, random);
  }

  /** The model's own probability of a symbol: softmax(logits) at temperature 1, whatever is chosen from. */
  probability(logits: ArrayLike<number>, symbol: number): number {
    const total = weigh(logits, 1, this.weights);
    return this.weights[symbol] / total;
  }

  /** ln softmax(logits) (V); the array is the chooser's own. */
  logProbabilities(logits: ArrayLike<number>): Float64Array {
    const { weights } = this;
    const best = logits[likeliest(logits)];
    const rest = log(weigh(logits, 1, weights));
    for (let i = 0; i < weights.length; i++) weights[i] = logits[i] - best - rest;
    return weights;
  }
}
