// Which unit of a network follows which property of a text best. Units are found on the first half of the text and
// confirmed on the second: many units are tried, so the best score on the half where it was found is too good by chance,
// but on the other half a single unit is tried, with its sign.

import { setImmediate as turn } from 'node:timers/promises';
import { counted } from '../format.js';
import type { Range } from '../kernels/kernels.js';
import { Purpose, randomBits, randomKey } from '../random.js';
import type { Tokens } from '../text/tokens.js';
import { contextScores, type LevelledProperty } from './context-baseline.js';
import { levelsOf, rankScore, strengthOf } from './rank-scores.js';
import type { TextProperty } from './text-properties.js';
import { Binning, ShiftedHistograms, UnitHistograms } from './unit-histograms.js';
import type { Place, Unit, UnitReader, ValueBlock } from './unit-values.js';

/** A unit, and how well it follows a property. Scores say nothing at 0.5 (binary) or 0 (counts), and all at 1. */
export interface Follower extends Unit {
  /** Whether the unit's value is higher (1) or lower (−1) where the property is there or large. */
  readonly sign: 1 | -1;
  /** Area under the curve or rank correlation on the half where the unit was found, or on a sample of it. */
  readonly found: number;
  /** The same on the other half, with the same sign. */
  readonly confirmed: number;
  /** The best score of the same unit, with either sign, on a hundred shifts of the property along that half. */
  readonly chance: number;
  /**
   * Whether `confirmed` tells at least a fifth of what both chance and the last characters leave open: for areas of 0.6
   * and 0.8, at least 0.84.
   */
  readonly isFinding: boolean;
}

export interface SearchedProperty {
  readonly property: string;
  readonly kind: TextProperty['kind'];
  /** Why it was not searched for, if it was not. */
  readonly skipped?: string;
  /** Scores of the mean of the property by the last character, and by the last three, on the second half. */
  readonly byCharacter?: number;
  readonly byContext?: number;
  /** Best on the first half first. */
  readonly units: readonly Follower[];
}

export interface SearchRequest {
  readonly reader: UnitReader;
  readonly units: readonly Unit[];
  /** What the network reads; as many characters as the text has. */
  readonly tokens: Tokens;
  /** Code points. */
  readonly text: Uint32Array;
  readonly properties: readonly TextProperty[];
  /** Units for each property. */
  readonly top: number;
  /** Called from time to time with the fraction of the text that has been read. */
  readonly onProgress?: (share: number) => void;
}

/** Shifts of a property along the second half. */
const SHIFTS = 100;
/** Last characters whose knowledge a unit must surpass. */
export const CONTEXT = 3;
/** Times that a property must begin or change in each half of the text. */
export const LEAST_CHANGES = 10;
/** Characters of each half that choose units and tell what chance does. More of them would hardly change the scores. */
const MOST = 100_000;
/** How much of what chance and the last characters leave open a unit must tell. */
export const MARGIN = 0.2;
/** Characters whose values choose the bins. */
const SAMPLE = 8192;

/** Searches for units that follow the properties. */
export async function searchUnits(request: SearchRequest): Promise<SearchedProperty[]> {
  const { reader, units, tokens, text, onProgress = () => {} } = request;
  const middle = Math.floor(text.length / 2);
  const [first, second] = [
    { from: 0, to: middle },
    { from: middle, to: text.length },
  ];
  const reasons = request.properties.map(({ values }) => rarity(values, middle));
  const properties = request.properties
    .filter((_, p) => reasons[p] === undefined)
    .map((property) => ({
      ...property,
      first: levelsOf(property.kind, property.values.subarray(0, middle)),
      second: levelsOf(property.kind, property.values.subarray(middle)),
    }));
  const places = units.map((unit) => reader.placeOf(unit));
  const work = properties.length === 0 ? 0 : text.length;
  let done = 0;
  const each = async (blocks: Iterable<ValueBlock>, use: (block: ValueBlock) => void): Promise<void> => {
    for (const block of blocks) {
      use(block);
      done += block.positions.reduce((sum, at) => sum + (at < 0 ? 0 : 1), 0);
      onProgress(Math.min(1, done / work));
      await turn();
    }
  };
  if (work === 0) return request.properties.map((property, p) => resultOf(property, reasons[p]));

  const binning = Binning.of(places, reader.sample(tokens, first, SAMPLE));
  const histograms = new UnitHistograms(
    ...[places, binning],
    properties.map(({ values, first: levels }) => ({ values, levels })),
  );
  const isInFirst = sampleOf(first);
  await each(reader.read(tokens, first), (block) => {
    const sampled = block.positions.map((at) => (at >= 0 && isInFirst(at) ? at : -1));
    histograms.add(block, sampled);
  });
  const candidates = properties.flatMap((property, p) => bestUnits(histograms, units.length, property, p, request.top));
  const shifting = { places, binning, second, shifts: shiftsOf(text.length - middle), isSampled: sampleOf(second) };
  const shifted = candidates.map((candidate) => shiftedOf(candidate, shifting));
  await each(reader.read(tokens, second), (block) => {
    for (const histogram of shifted) histogram.add(block);
  });
  const [byCharacter, byContext] = [1, CONTEXT].map((k) => contextScores(text, { first, second }, properties, k));
  let p = -1;
  return request.properties.map((property, i) => {
    if (reasons[i] !== undefined) return resultOf(property, reasons[i]);
    p++;
    const [one, several] = [byCharacter[p], byContext[p]];
    const found = candidates.flatMap((candidate, c) =>
      candidate.property === properties[p]
        ? [followerOf(units[candidate.unit], candidate, shifted[c], Math.max(one, several))]
        : [],
    );
    return resultOf(property, undefined, { byCharacter: one, byContext: several, units: found });
  });
}

const resultOf = (
  { name, kind }: TextProperty,
  skipped: string | undefined,
  { units = [], ...scores }: Partial<Omit<SearchedProperty, 'property' | 'kind' | 'skipped'>> = {},
): SearchedProperty => ({ property: name, kind, ...(skipped !== undefined && { skipped }), ...scores, units });

/** Why a property cannot be searched for; undefined if it can. */
function rarity(values: TextProperty['values'], middle: number): string | undefined {
  for (const [half, part] of [
    ['first', values.subarray(0, middle)],
    ['second', values.subarray(middle)],
  ] as const) {
    let changes = 0;
    for (let i = 1; i < part.length; i++) if (part[i] !== part[i - 1]) changes++;
    if (changes < 2 * LEAST_CHANGES) return `it changes ${counted(changes, 'time')} in the ${half} half of the text`;
  }
  return undefined;
}

/** A unit that follows a property on the first half. */
interface Candidate {
  readonly property: LevelledProperty;
  readonly unit: number;
  readonly sign: 1 | -1;
  readonly found: number;
}

function bestUnits(
  histograms: UnitHistograms,
  units: number,
  property: LevelledProperty,
  p: number,
  top: number,
): Candidate[] {
  const { kind, first } = property;
  const all = Array.from({ length: units }, (_, unit): Candidate => {
    const score = rankScore(first, histograms.countsOf(unit), histograms.sumsOf(unit, p));
    return { property, unit, sign: signOf(kind, score), found: strengthOf(kind, score) };
  });
  return all.sort((a, b) => b.found - a.found || a.unit - b.unit).slice(0, top);
}

const signOf = (kind: TextProperty['kind'], score: number): 1 | -1 => (score >= (kind === 'binary' ? 0.5 : 0) ? 1 : -1);

/** Distances that differ by chance, not too near to none at all. */
function shiftsOf(length: number): number[] {
  const key = randomKey(1, Purpose.shuffle);
  const margin = Math.floor(length / 20);
  return Array.from({ length: SHIFTS }, (_, k) => margin + (randomBits(key, k) % Math.max(1, length - 2 * margin)));
}

/** Chooses characters of a range at random: all, or about `MOST`. */
function sampleOf({ from, to }: Range): (at: number) => boolean {
  if (to - from <= MOST) return () => true;
  const key = randomKey(2, Purpose.shuffle);
  const limit = (MOST / (to - from)) * 2 ** 32;
  return (at) => randomBits(key, at) < limit;
}

interface Shifting {
  readonly places: readonly Place[];
  readonly binning: Binning;
  readonly second: Range;
  readonly shifts: readonly number[];
  readonly isSampled: (at: number) => boolean;
}

function shiftedOf({ unit, property }: Candidate, shifting: Shifting): ShiftedHistograms {
  const { places, binning, second, shifts, isSampled } = shifting;
  const { values, second: levels } = property;
  return new ShiftedHistograms(unit, places[unit], binning, { values, levels }, second, shifts, isSampled);
}

function followerOf(
  unit: Unit,
  { property, sign, found }: Candidate,
  histograms: ShiftedHistograms,
  known: number,
): Follower {
  const { kind, second } = property;
  const score = rankScore(second, histograms.counts, histograms.sums);
  const byChance = histograms.byShift().map((sums) => rankScore(second, histograms.sampledCounts, sums));
  const confirmed = sign > 0 ? score : kind === 'binary' ? 1 - score : -score;
  const chance = byChance.reduce((most, value) => Math.max(most, strengthOf(kind, value)), 0);
  const missing = 1 - Math.max(chance, known);
  return { ...unit, sign, found, confirmed, chance, isFinding: 1 - confirmed < (1 - MARGIN) * missing };
}
