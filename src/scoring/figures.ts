import { exp, LN2, log } from '../mathematics.js';

/** How well a model predicts a text, per predicted character; null where nothing is predicted. */
export interface Figures {
  readonly nats: number | null;
  readonly bits: number | null;
  /** e to the power of the nats: among how many equally likely characters the model is in doubt; null beyond e⁷⁰⁰. */
  readonly perplexity: number | null;
}

/** @param sum nats of all predictions */
export function figuresOf(sum: number, predictions: number): Figures {
  if (predictions === 0) return { nats: null, bits: null, perplexity: null };
  const nats = sum / predictions;
  return { nats, bits: nats / LN2, perplexity: nats <= 700 ? exp(nats) : null };
}

/** Code points of Unicode. */
const CODE_POINTS = 0x110000;

/**
 * Nats that a character costs which the vocabulary lacks and for which it has no unknown symbol: any of Unicode's
 * 1,114,112 code points with equal probability, some 20 bits. The model does not read such a character: what follows
 * is predicted from what stood before it. Where there is an unknown symbol, the character costs what that symbol does.
 */
export const UNKNOWN_NATS = log(CODE_POINTS);
