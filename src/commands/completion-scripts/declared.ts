import type { Option } from '../../options/option.js';
import { type Argument, type Command, commonOptions, type Entry } from '../command.js';

/** A command with all that it takes, for whoever writes about it. */
export interface Declared extends Entry, Command {
  /** Its own options and those of all commands; `--help` besides. */
  readonly all: readonly (readonly [name: string, option: Option])[];
}

export async function declared(entries: readonly Entry[]): Promise<Declared[]> {
  return Promise.all(
    entries.map(async (entry) => {
      const command = await entry.load();
      return { ...entry, ...command, all: Object.entries({ ...command.options, ...commonOptions }) };
    }),
  );
}

/** An option as it is typed: `--output`, `-o`. */
export const spellings = ([name, { alias }]: readonly [string, Option]): string[] =>
  alias ? [`--${name}`, `-${alias}`] : [`--${name}`];

/** What may be the value of an option, as arguments say it; undefined where that is a number or any text. */
export function valuesToComplete(option: Option): Argument['is'] | undefined {
  if (option.type === 'choice') return option.choices;
  return option.type === 'text' || option.type === 'texts' ? option.file : undefined;
}
