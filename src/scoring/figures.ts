import { exp, LN2, log } from '../mathematics.js';

/** How well a model predicts a text, per predicted character; null where nothing is predicted. */
export interface Figures {
  readonly nats: number | null;
  readonly bits: number | null;
  /** e^nats: the model is as uncertain as among this many equally likely characters; null beyond e⁷⁰⁰. */
  readonly perplexity: number | null;
}

/** @param sum total nats of all predictions */
export function figuresOf(sum: number, predictions: number): Figures {
  if (predictions === 0) return { nats: null, bits: null, perplexity: null };
  const nats = sum / predictions;
  return { nats, bits: nats / LN2, perplexity: nats <= 700 ? exp(nats) : null };
}

/** Number of Unicode code points. */
const CODE_POINTS = 0x110000;

/**
 * The cost in nats of a character that is missing from a vocabulary without an unknown symbol: any of Unicode's
 * 1,114,112 code points with equal probability, about 20 bits. The model skips such a character and predicts the next
 * one from the text before it. In a vocabulary with an unknown symbol, the character costs what that symbol does.
 */
export const UNKNOWN_NATS = log(CODE_POINTS);
