// The settings in the address, after its #, so that who gets the address sees the same text.

import type { PlaySettings } from '../play-data.js';

export const LARGEST_SEED = 2 ** 32 - 1;
export const LONGEST = 100_000;
export const HOTTEST = 2;

const numberIn = (text: string | null, from: number, to: number): number | undefined => {
  if (text === null || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(to, Math.max(from, value)) : undefined;
};
const integerIn = (text: string | null, from: number, to: number): number | undefined => {
  const value = numberIn(text, from, to);
  return value === undefined ? undefined : Math.floor(value);
};

/** Reads the settings in an address; those that it lacks, or that make no sense, stay as they are. */
export function settingsIn(fragment: string, otherwise: PlaySettings): PlaySettings {
  const found = new URLSearchParams(fragment.replace(/^#/, ''));
  return {
    prime: found.get('prime') ?? otherwise.prime,
    temperature: numberIn(found.get('temperature'), 0, HOTTEST) ?? otherwise.temperature,
    topP: numberIn(found.get('top-p'), 0, 1) ?? otherwise.topP,
    length: integerIn(found.get('length'), 1, LONGEST) ?? otherwise.length,
    seed: integerIn(found.get('seed'), 0, LARGEST_SEED) ?? otherwise.seed,
  };
}

export function fragmentOf({ prime, temperature, topP, length, seed }: PlaySettings): string {
  const values = {
    ...(seed !== undefined && { seed: String(seed) }),
    temperature: String(temperature),
    'top-p': String(topP),
    length: String(length),
    ...(prime !== '' && { prime }),
  };
  return `#${new URLSearchParams(values)}`;
}
