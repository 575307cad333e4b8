import { CharrnnError } from '../errors.js';

/** How often something is done: after so many steps or after so many seconds; neither is never. */
export interface Interval {
  readonly steps?: number;
  readonly seconds?: number;
}

/**
 * The interval in a text: `500` steps, `5m` or `0.5min` minutes, `0` never.
 * @param option its name, for the message
 * @throws CharrnnError usage, for anything else
 */
export function intervalOf(option: string, text: string): Interval {
  const [, number, unit] = /^(\d+|\d*\.\d+|\d+\.\d*)(m|min|minutes?)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  const isWhole = unit !== undefined || Number.isSafeInteger(value);
  if (number === undefined || !isWhole || value > 1e9) {
    throw new CharrnnError(`--${option} ${JSON.stringify(text)}: must be steps, as in 500, or minutes, as in 5m`, 2);
  }
  if (value === 0) return {};
  return unit === undefined ? { steps: value } : { seconds: 60 * value };
}
