// The values that are given for a run, checked; and the values of all others, chosen for its text.

import { CharrnnError, line, type Message, option } from '../errors.js';
import { checkValue } from '../options/option.js';
import {
  defaults,
  type GivenConfig,
  type PresetName,
  placeOf,
  type TrainingConfig,
  trainingOptions,
  withGiven,
} from '../options/training-options.js';
import { fit as fitBatch, split } from '../text/streams.js';
import { followRecipe } from './recipe.js';

/** @throws CharrnnError (exit code 2) at a value that is out of range or unknown */
export function checkConfig(given: GivenConfig): void {
  const keys = Object.keys(trainingOptions) as (keyof typeof trainingOptions)[];
  const known = new Map(keys.map((key) => [placeOf(key).join('.'), key]));
  for (const [part, values] of Object.entries(given)) {
    for (const [name, value] of Object.entries(values)) {
      const key = known.get(`${part}.${name}`);
      if (!key) throw new CharrnnError(`${part}.${name}: unknown option`, 2);
      if (value !== undefined) checkValue(line`${option(key)} ${String(value)}`, trainingOptions[key], value);
    }
  }
}

/** A text, and what is given for a run on it. */
export interface SettledRequest {
  /** The name of the text, for messages. */
  readonly name: string;
  /** Length of the text. */
  readonly characters: number;
  readonly given: GivenConfig;
  readonly preset?: PresetName | undefined;
  /** If false, what is not given has fixed defaults. */
  readonly recipe?: boolean | undefined;
  /** See `SharedBackend`. */
  readonly pace: number;
  readonly onNotice: (message: Message, kind?: 'adapted' | 'hint') => void;
}

/** Returns the config of a new run, with its batch adapted to the text, and the lengths of the text's parts. */
export function settledConfig({ name, characters, given, preset, recipe = true, pace, onNotice }: SettledRequest): {
  readonly config: TrainingConfig;
  readonly parts: ReturnType<typeof split>;
} {
  const chosen = recipe ? followRecipe({ characters, preset, given, pace }) : undefined;
  if (chosen?.notice) onNotice(chosen.notice, 'hint');
  const wanted = chosen?.config ?? withGiven(defaults, given);
  const { data } = wanted;
  const parts = split(characters, data.validation, onNotice);
  const fitted = fitBatch(name, parts.training, data, given.data, onNotice);
  return { config: { ...wanted, data: { ...data, ...fitted } }, parts };
}
