import { outputColour } from './colour.js';

/** Whether colours are shown at all. */
export const isColoured = (): boolean => outputColour.level > 0;

/** A text in a colour that says how surprising it is, in bits: what was expected recedes, what was not stands out. */
export function bySurprise(text: string, bits: number): string {
  if (!(bits >= 0)) return text;
  if (bits < 1) return outputColour.dim(text);
  if (bits < 3) return text;
  if (bits < 5) return outputColour.yellow(text);
  return bits < 8 ? outputColour.red(text) : outputColour.inverse.red(text);
}
