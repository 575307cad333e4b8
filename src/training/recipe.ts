// Values for options that the user does not give: a model as large as the time allows, and the more dropout the more
// often the text is read. docs/results.md has the measurements.

import { line, type Message, option } from '../errors.js';
import { formatCount } from '../format.js';
import {
  defaults,
  type GivenConfig,
  type PresetName,
  placeOf,
  type TrainingConfig,
  type TrainingValues,
  trainingConfig,
  withGiven,
} from '../options/training-options.js';

/** The options that are chosen, in the order in which they are reported. */
type Chosen = Pick<
  TrainingValues,
  'layers' | 'hidden' | 'dropout' | 'weightDrop' | 'batch' | 'sequence' | 'learningRate' | 'epochs' | 'validation'
>;

interface Preset {
  readonly hidden: number;
  readonly learningRate: number;
  /** Characters per second with machine code for AVX2 on two cores of a small server. */
  readonly speed: number;
  /** Minimum minutes of training for which it is chosen. */
  readonly minutes: number;
}

/** All have one layer: on a million characters it learns more in the same time than two smaller ones. */
const presetsByName: Readonly<Record<PresetName, Preset>> = {
  tiny: { hidden: 128, learningRate: 0.015, speed: 120_000, minutes: 0 },
  small: { hidden: 256, learningRate: 0.01, speed: 45_000, minutes: 0.5 },
  medium: { hidden: 384, learningRate: 0.005, speed: 22_000, minutes: 4 },
  large: { hidden: 512, learningRate: 0.004, speed: 12_000, minutes: 20 },
};

/** Minutes of training when no limit is given. */
const MINUTES = 5;
/** Maximum number of epochs, unless they would cover fewer characters than the minimum worth training on. */
const MOST_EPOCHS = 40;
const FEWEST_CHARACTERS = 100_000;
/** Texts with fewer characters are small: they use smaller batches and half the learning rate. */
const SMALL_TEXT = 100_000;
/** Texts with as many characters are less easily memorised: at most 0.4 is dropped. */
const LARGE_TEXT = 500_000;
/** Texts with fewer characters are memorised: nothing is dropped. */
const TINY_TEXT = 1000;
/** Number of characters that suffice for validation. */
const ENOUGH_VALIDATION = 500_000;

/** What is known about a run before its options are chosen. */
export interface RecipeRequest {
  /** Length of the corpus in characters. */
  readonly characters: number;
  readonly preset: PresetName | undefined;
  readonly given: GivenConfig;
  /** How fast the backend is, as a multiple of machine code for AVX2. It counts where only the clock ends a run. */
  readonly pace: number;
}

/**
 * Chooses values for the options that were not given. They depend only on the length of the text and on the given
 * options, and for a run that the clock ends also on how fast the machine is.
 * @returns the config, and a notice of what was chosen
 */
export function followRecipe({ characters, preset: wanted, given, pace }: RecipeRequest): {
  config: TrainingConfig;
  notice: Message | undefined;
} {
  const { epochs: givenEpochs, steps, minutes: givenMinutes } = given.run;
  const isLimited = [givenEpochs, steps, givenMinutes].some((limit) => limit !== undefined);
  const minutes = givenMinutes ?? MINUTES;
  // Where another limit may end the run, its result must not depend on the machine.
  const isTimed = givenMinutes !== undefined && givenEpochs === undefined && steps === undefined;
  const worth = minutes * (isTimed ? pace : 1);
  const name = wanted ?? presetFor(characters, worth);
  const { hidden, speed, learningRate } = presetsByName[name];
  const affordable = (60 * worth * speed) / characters;
  const epochs = Math.min(affordable, Math.max(MOST_EPOCHS, FEWEST_CHARACTERS / characters));
  const isSmall = characters < SMALL_TEXT;
  const dropped = characters < TINY_TEXT ? 0 : dropoutFor(givenEpochs ?? epochs, characters);
  const heldOut = given.data.validation ?? defaults.data.validation;
  const chosen: Chosen = {
    layers: 1,
    hidden,
    dropout: dropped,
    weightDrop: dropped,
    batch: isSmall ? 8 : 20,
    sequence: 50,
    learningRate: learningRate * (isSmall ? 0.5 : 1),
    epochs: isLimited ? undefined : rounded(epochs),
    validation: rounded(Math.min(heldOut, ENOUGH_VALIDATION / characters)),
  };
  const isOpen = ([key, value]: readonly [string, unknown]): boolean => {
    const [part, place] = placeOf(key as keyof Chosen);
    return value !== undefined && (given[part] as Readonly<Record<string, unknown>>)[place] === undefined;
  };
  const mine = Object.entries(chosen).filter(isOpen);
  const config = withGiven(withGiven(defaults, trainingConfig(Object.fromEntries(mine))), given);
  const changed = mine.filter(([key, value]) => key !== 'validation' || value !== heldOut);
  if (changed.length === 0) return { config, notice: undefined };
  const time = isLimited && givenMinutes === undefined ? '' : `, ${minutes} minute${minutes === 1 ? '' : 's'}`;
  const words = changed.flatMap(([key, value], i) => [i > 0 ? ' ' : '', option(key), ` ${value}`]);
  return { config, notice: line`chosen for ${formatCount(characters)} characters${time} (${name}): ${words}` };
}

/** Passes over examples at most. */
const MOST_EXAMPLE_EPOCHS = 40;
/** Examples that are read at most, whatever their number. */
const MOST_EXAMPLES_READ = 2_000_000;
/** Number of examples that suffice for validation. */
const ENOUGH_EXAMPLES = 10_000;
/** From so many examples on, nothing is dropped. */
const MANY_EXAMPLES = 10_000;

/** Chooses values for training on examples, of texts alone or with vectors; see `followRecipe`. */
export function followExampleRecipe({
  examples,
  hasVectors,
  given,
}: {
  readonly examples: number;
  readonly hasVectors: boolean;
  readonly given: GivenConfig;
}): TrainingConfig {
  const { epochs, steps, minutes } = given.run;
  const isLimited = [epochs, steps, minutes].some((limit) => limit !== undefined);
  const chosen: Chosen = {
    layers: 1,
    hidden: 128,
    dropout: examples < MANY_EXAMPLES ? 0.2 : 0,
    weightDrop: 0,
    batch: Math.max(1, Math.min(hasVectors ? 32 : 128, Math.floor(examples / 20))),
    sequence: 1,
    learningRate: hasVectors ? 0.003 : 0.008,
    epochs: isLimited ? undefined : rounded(Math.max(1, Math.min(MOST_EXAMPLE_EPOCHS, MOST_EXAMPLES_READ / examples))),
    validation: rounded(Math.min(defaults.data.validation, ENOUGH_EXAMPLES / examples)),
  };
  return withGiven(withGiven(defaults, trainingConfig(chosen)), given);
}

/** Returns the largest model that the time allows; a small text does not need a large one. */
function presetFor(characters: number, minutes: number): PresetName {
  const names = Object.keys(presetsByName) as PresetName[];
  const largest = names.filter((name) => presetsByName[name].minutes <= minutes).at(-1) ?? 'tiny';
  if (characters < TINY_TEXT) return 'tiny';
  const isTooLarge = characters < SMALL_TEXT && (largest === 'medium' || largest === 'large');
  return isTooLarge ? 'small' : largest;
}

/** Returns the dropout: 0.1 for each time that the epochs double, 0 below two epochs, at most 0.5, or 0.4 for a large text. */
function dropoutFor(epochs: number, characters: number): number {
  let doublings = 0;
  for (let n = epochs; n >= 2; n /= 2) doublings++;
  return Math.min(characters < LARGE_TEXT ? 5 : 4, doublings) / 10;
}

/** Rounds to two significant digits. */
const rounded = (x: number): number => Number(x.toPrecision(2));
