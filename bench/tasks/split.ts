// Divides lines, and rows of vectors that belong to them, into a part for training and one for the test.

import { Draws } from './draws.js';

export interface Parts<T> {
  readonly training: T[];
  readonly test: T[];
}

/**
 * The places of the lines of each part, in their order in the file. About `share` of the lines is for the test. With
 * `together`, lines that are equal are in the same part.
 */
export function splitLines(lines: readonly string[], share: number, seed: number, together = true): Parts<number> {
  const groups = new Map<string, number[]>();
  lines.forEach((line, i) => {
    const key = together ? line : String(i);
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  const wanted = Math.round(lines.length * share);
  const chosen = new Set<number>();
  for (const group of new Draws(seed, 'split').shuffled([...groups.values()])) {
    if (chosen.size + group.length <= wanted) for (const i of group) chosen.add(i);
  }
  const places = lines.map((_, i) => i);
  return { training: places.filter((i) => !chosen.has(i)), test: places.filter((i) => chosen.has(i)) };
}

/** The lines of a text, without the empty one at its end. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
