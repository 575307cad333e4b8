// What single units of a network do along a text: a search for those that follow a property of the text, the places where
// a unit is highest and lowest, and the values themselves.

import { setImmediate as turn } from 'node:timers/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { formatMemory } from '../format.js';
import { thisMachine } from '../machine.js';
import type { BackendName } from '../options/training-options.js';
import type { Vectors } from '../text/vector-rows.js';
import { EXCERPT, type Excerpt, excerptOf, tellingPart } from './excerpts.js';
import { marksProperty, regexProperty } from './own-properties.js';
import { type PropertyName, type TextProperty, textProperty } from './text-properties.js';
import type { TracedText } from './traced-text.js';
import { BINS } from './unit-histograms.js';
import { type Follower, type SearchedProperty, searchUnits } from './unit-search.js';
import { type Unit, UnitReader } from './unit-values.js';

/** What all ways to look at units take. */
export interface NeuronRequest {
  readonly checkpoint: Checkpoint;
  readonly traced: TracedText;
  readonly units: readonly Unit[];
  readonly backend: BackendName;
  /** Called from time to time with the fraction of the text that has been read. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface PropertyChoice {
  readonly names: readonly PropertyName[];
  readonly regex: readonly string[];
  /** Files. */
  readonly marks: readonly string[];
}

/** A unit that follows a property, with a part of the second half of the text. */
export interface ShownFollower extends Follower {
  readonly excerpt: Excerpt;
}

/** A property, and the units that follow it best on the first half of a text. */
export interface ShownProperty extends SearchedProperty {
  readonly units: readonly ShownFollower[];
}

export interface UnitFindings {
  /** Characters that were read, and those that the model does not know and that were left out. */
  readonly characters: number;
  readonly leftOut: number;
  readonly properties: readonly ShownProperty[];
}

/** Steps that a stream reads at a time. */
const SEQUENCE = 64;
/** Streams for a search, and characters that are enough for one. */
const [STREAMS, PER_STREAM] = [32, 2048];

/**
 * Searches for the units that follow properties of a text best: found on its first half, confirmed on the second.
 * @param top units for each property
 * @throws CharrnnError for a property that is wrong, or if the memory is too small
 */
export async function findFollowers(
  request: NeuronRequest & PropertyChoice & { readonly top: number },
): Promise<UnitFindings> {
  const { checkpoint, traced, units, backend, top, onProgress } = request;
  const { read: text, tokens, whole } = traced;
  checkMemory(text.length, units.length, request.names.length + request.regex.length + request.marks.length);
  const properties = await propertiesOf(traced, request);
  const batch = Math.max(1, Math.min(STREAMS, Math.floor(text.length / PER_STREAM)));
  const reader = new UnitReader(checkpoint, { units, backend, batch, sequence: SEQUENCE });
  const searched = await searchUnits({
    reader,
    units,
    tokens,
    text,
    properties,
    top,
    ...(onProgress && { onProgress }),
  });
  const single = new UnitReader(checkpoint, { units, backend, batch: 1, sequence: SEQUENCE });
  const second = { from: Math.floor(text.length / 2), to: text.length };
  return {
    characters: text.length,
    leftOut: whole.length - text.length,
    properties: searched.map((found, p) => ({
      ...found,
      units: found.units.map((unit) => ({
        ...unit,
        excerpt: excerptOf(single, unit, { tokens, text }, tellingPart(text, properties[p], second)),
      })),
    })),
  };
}

/** Computes the properties of the whole text, and keeps their values where the network reads. */
async function propertiesOf(
  { whole, places }: TracedText,
  { names, regex, marks }: PropertyChoice,
): Promise<TextProperty[]> {
  const all = names.map((name) => textProperty(name, whole));
  for (const pattern of regex) all.push(regexProperty(pattern, whole));
  for (const path of marks) all.push(await marksProperty(path, whole.length));
  if (!places) return all;
  return all.map((property) => ({ ...property, values: Uint16Array.from(places, (place) => property.values[place]) }));
}

/** @throws CharrnnError if a search needs more memory than there is */
export function checkMemory(characters: number, units: number, properties: number, machine = thisMachine()): void {
  // The properties, the contexts of the second half, and the sums of the bins.
  const need = characters * (2 * properties + 8) + units * (1 + properties) * BINS * 4;
  if (need <= machine.total) return;
  const fault = `the search does not fit in memory: it needs ${formatMemory(need)}, this machine has`;
  const remedy = 'give a part of the text, a single layer or fewer properties';
  throw new CharrnnError(`${fault} ${formatMemory(machine.total)}; ${remedy}`);
}

/** A unit along a text. */
export interface UnitTrace extends Unit {
  readonly characters: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
  /** The start of the text, and the places around the highest and the lowest values, which do not overlap. */
  readonly excerpts: readonly (Excerpt & { readonly what: 'start' | 'highest' | 'lowest' })[];
}

/** Shows units along a text. @param top the highest and the lowest places of each */
export async function followUnits(request: NeuronRequest & { readonly top: number }): Promise<UnitTrace[]> {
  const { units, traced, top, onProgress = () => {} } = request;
  const { read: text } = traced;
  const all = units.map(() => new Float32Array(text.length));
  let done = 0;
  for await (const { count, width, values } of unitValues(request)) {
    for (let i = 0; i < count; i++) for (let u = 0; u < width; u++) all[u][done + i] = values[i * width + u];
    done += count;
    onProgress(done / text.length);
  }
  return units.map((unit, u) => ({
    ...unit,
    characters: text.length,
    ...momentsOf(all[u]),
    ...{ excerpts: excerpts(all[u], text, top) },
  }));
}

function momentsOf(values: Float32Array): Pick<UnitTrace, 'minimum' | 'maximum' | 'mean' | 'deviation'> {
  let [minimum, maximum, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return { minimum, maximum, mean, deviation: Math.sqrt(squares / values.length) };
}

function excerpts(values: Float32Array, text: Uint32Array, top: number): UnitTrace['excerpts'] {
  const taken: { readonly from: number; readonly to: number }[] = [];
  const take = (what: 'start' | 'highest' | 'lowest', from: number): UnitTrace['excerpts'][number] => {
    const to = Math.min(text.length, from + EXCERPT);
    taken.push({ from, to });
    return {
      what,
      from,
      text: String.fromCodePoint(...text.subarray(from, to)),
      values: [...values.subarray(from, to)],
    };
  };
  const made = [take('start', 0)];
  for (const what of ['highest', 'lowest'] as const) {
    for (let k = 0; k < top; k++) {
      const best = extreme(values, what === 'highest' ? 1 : -1, taken);
      if (best < 0) break;
      made.push(take(what, Math.max(0, Math.min(best - EXCERPT / 2, text.length - EXCERPT))));
    }
  }
  return made;
}

/** The place of the highest (sign 1) or lowest value whose surroundings are not shown yet; −1 if there is none. */
function extreme(values: Float32Array, sign: 1 | -1, taken: readonly { from: number; to: number }[]): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (best >= 0 && sign * values[i] <= sign * values[best]) continue;
    if (taken.every(({ from, to }) => i + EXCERPT / 2 <= from || i - EXCERPT / 2 >= to)) best = i;
  }
  return best;
}

/** Yields the values of units along a text, a row for each character and a column for each unit, read in one stream. */
export async function* unitValues({ checkpoint, traced, units, backend }: NeuronRequest): AsyncGenerator<Vectors> {
  const { tokens } = traced;
  const reader = new UnitReader(checkpoint, { units, backend, batch: 1, sequence: SEQUENCE });
  const places = units.map((unit) => reader.placeOf(unit));
  for (const { positions, buffers } of reader.read(tokens, { from: 0, to: tokens.length })) {
    const count = positions.reduce((sum, at) => sum + (at < 0 ? 0 : 1), 0);
    const values = new Float32Array(count * places.length);
    for (let r = 0; r < count; r++) {
      for (let u = 0; u < places.length; u++) {
        const { buffer, width, column } = places[u];
        values[r * places.length + u] = buffers[buffer][r * width + column];
      }
    }
    yield { count, width: places.length, values };
    await turn();
  }
}
