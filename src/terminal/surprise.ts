import type { ChalkInstance } from 'chalk';
import { outputColour } from './colour.js';
import type { SampledPiece } from './sampled.js';

/** From which probability on a character has a colour; what is rarer than all of these is red. */
const colours: readonly (readonly [number, ChalkInstance])[] = [
  [0.5, outputColour.green],
  [0.1, outputColour.yellow],
  [0.01, outputColour.magenta],
];

/** Whether colours are shown at all. */
export const isColoured = (): boolean => outputColour.level > 0;

/** The characters of a piece, each coloured by how surprising it was. @param safe what makes them harmless */
export function surprising({ text, probabilities }: SampledPiece, safe: (text: string) => string): string {
  return Array.from(text, (character, i) => {
    if (/\s/.test(character)) return safe(character);
    const [, colour] = colours.find(([least]) => probabilities[i] >= least) ?? [0, outputColour.red];
    return colour(safe(character));
  }).join('');
}
