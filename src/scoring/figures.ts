import { exp, LN2 } from '../mathematics.js';

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
