import { engineOptions, type OptionTable, trainOutputOptions } from '../options.js';
import { isStandardInput } from '../standard-input.js';
import type { Parsed } from './command.js';

/** What goes on with a run that was interrupted. */
export interface Continuation {
  /** The words behind the name of the program. */
  readonly words: readonly string[];
  /** Whether they want the same text on standard input. */
  readonly wantsText: boolean;
}

/** Options that a checkpoint does not hold and that are to be as they were. */
const { output: _output, 'dry-run': _dryRun, ...outputOptions } = trainOutputOptions;
const kept: OptionTable = { ...engineOptions, ...outputOptions };

/** @returns nothing for a run that was saved to a stream, which cannot be read again */
export async function continuation(run: {
  readonly corpus: readonly string[];
  readonly path: string;
  readonly parsed: Parsed;
}): Promise<Continuation | undefined> {
  const { corpus, path, parsed } = run;
  const { destinationOf } = await import('../checkpoint/destination.js');
  if ((await destinationOf(path)).isStream) return undefined;
  const options = Object.entries(kept)
    .filter(([name, { type }]) => name in parsed && !(type === 'flag' && parsed[name] === false))
    .map(([name, { type }]) => (type === 'flag' ? `--${name}` : `--${name}=${parsed[name]}`));
  return {
    words: ['train', ...corpus.map(undashed), '--resume', undashed(path), ...options],
    wantsText: corpus.some(isStandardInput),
  };
}

/** A path that cannot be taken for an option. */
const undashed = (path: string): string => (/^-./.test(path) ? `./${path}` : path);
