// What a training does where its user does not say: a model as large as the time allows, dropped out as much as the
// text is read again. docs/results.md has the measurements.

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

/** The options that are chosen, in the order in which they are told. */
type Chosen = Pick<
  TrainingValues,
  'layers' | 'hidden' | 'dropout' | 'weightDrop' | 'batch' | 'sequence' | 'learningRate' | 'epochs' | 'validation'
>;

interface Preset {
  readonly hidden: number;
  readonly learningRate: number;
  /** Characters per second on two cores of a small server, wasm: a yardstick, the same on every machine. */
  readonly speed: number;
  /** The fewest minutes of training that it is chosen for. */
  readonly minutes: number;
}

/** One layer each: on a text of a million characters, it learns more in the same time than two smaller ones. */
const presetsByName: Readonly<Record<PresetName, Preset>> = {
  tiny: { hidden: 128, learningRate: 0.015, speed: 80_000, minutes: 0 },
  small: { hidden: 256, learningRate: 0.01, speed: 22_000, minutes: 0.5 },
  medium: { hidden: 384, learningRate: 0.005, speed: 10_000, minutes: 4 },
  large: { hidden: 512, learningRate: 0.004, speed: 5000, minutes: 20 },
};

/** Minutes of training when nothing says when to stop. */
const MINUTES = 5;
/** A text is read at most so often, unless it has fewer characters than are worth a start. */
const MOST_EPOCHS = 40;
const FEWEST_CHARACTERS = 100_000;
/** Texts of fewer characters are small: they are learnt in smaller batches and at half the rate. */
const SMALL_TEXT = 100_000;
/** Texts of fewer characters are learnt by heart: nothing is dropped. */
const TINY_TEXT = 1000;
/** Characters that are enough for validation. */
const ENOUGH_VALIDATION = 500_000;

/** What is known of a run before its options are chosen. */
export interface RecipeRequest {
  /** Characters of the corpus. */
  readonly characters: number;
  readonly preset: PresetName | undefined;
  readonly given: GivenConfig;
}

/**
 * Values for the options that were not given. They depend on the text's length, on what was given and on nothing else,
 * least of all on the machine.
 * @returns the options, and a line that tells what was chosen
 */
export function followRecipe({ characters, preset: wanted, given }: RecipeRequest): {
  config: TrainingConfig;
  told: Message | undefined;
} {
  const { epochs: givenEpochs, steps, minutes: givenMinutes } = given.run;
  const isLimited = [givenEpochs, steps, givenMinutes].some((limit) => limit !== undefined);
  const minutes = givenMinutes ?? MINUTES;
  const name = wanted ?? presetFor(characters, minutes);
  const { hidden, speed, learningRate } = presetsByName[name];
  const affordable = (60 * minutes * speed) / characters;
  const epochs = Math.min(affordable, Math.max(MOST_EPOCHS, FEWEST_CHARACTERS / characters));
  const isSmall = characters < SMALL_TEXT;
  const dropped = characters < TINY_TEXT ? 0 : share(givenEpochs ?? epochs);
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
  if (changed.length === 0) return { config, told: undefined };
  const time = isLimited && givenMinutes === undefined ? '' : `, ${minutes} minute${minutes === 1 ? '' : 's'}`;
  const words = changed.flatMap(([key, value], i) => [i > 0 ? ' ' : '', option(key), ` ${value}`]);
  return { config, told: line`chosen for ${formatCount(characters)} characters${time} (${name}): ${words}` };
}

/** The largest model that the time allows; a small text needs no large one. */
function presetFor(characters: number, minutes: number): PresetName {
  const names = Object.keys(presetsByName) as PresetName[];
  const largest = names.filter((name) => presetsByName[name].minutes <= minutes).at(-1) ?? 'tiny';
  if (characters < TINY_TEXT) return 'tiny';
  const isTooLarge = characters < SMALL_TEXT && (largest === 'medium' || largest === 'large');
  return isTooLarge ? 'small' : largest;
}

/** How much is dropped: nothing from a text that is read once or twice, half of what is read forty times. */
function share(epochs: number): number {
  let doublings = 0;
  for (let n = epochs; n >= 2; n /= 2) doublings++;
  return Math.min(5, doublings) / 10;
}

/** To two digits. */
const rounded = (x: number): number => Number(x.toPrecision(2));
