import type { Range } from '../kernels/kernels.js';
import type { Levels } from './rank-scores.js';
import type { TextProperty } from './text-properties.js';
import type { Place, ValueBlock } from './unit-values.js';

/** Bins of a unit's values. */
export const BINS = 512;

/** A property, and the weights of its values on a part of the text. */
export interface SummedProperty extends Pick<TextProperty, 'values'> {
  readonly levels: Levels;
}

/** How a unit's values are sorted into bins: equal ones over the values of a sample, and a quarter more on each side. */
export interface Binning {
  readonly low: Float64Array;
  /** Bins per unit of the value; 0 for a unit that does not change. */
  readonly scale: Float64Array;
}

/** Chooses bins by a sample. @returns undefined if a value is not finite */
export function binningOf(places: readonly Place[], sample: Iterable<ValueBlock>): Binning | undefined {
  const low = new Float64Array(places.length).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(places.length).fill(Number.NEGATIVE_INFINITY);
  for (const { positions, buffers } of sample) {
    for (let r = 0; r < positions.length; r++) {
      if (positions[r] < 0) continue;
      for (let u = 0; u < places.length; u++) {
        const { buffer, width, column } = places[u];
        const value = buffers[buffer][r * width + column];
        if (!Number.isFinite(value)) return undefined;
        if (value < low[u]) low[u] = value;
        if (value > high[u]) high[u] = value;
      }
    }
  }
  const scale = new Float64Array(places.length);
  for (let u = 0; u < places.length; u++) {
    const span = high[u] - low[u];
    low[u] -= span / 4;
    scale[u] = span > 0 ? BINS / (1.5 * span) : 0;
  }
  return { low, scale };
}

/** Sorts the values of a unit, in the rows of a block that count, into bins. Values outside all bins go into the nearest. */
function sortIntoBins(
  { positions, buffers }: ValueBlock,
  { buffer, width, column }: Place,
  low: number,
  scale: number,
  bins: Uint16Array,
): void {
  const values = buffers[buffer];
  for (let r = 0; r < positions.length; r++) {
    if (positions[r] < 0) continue;
    const bin = Math.floor((values[r * width + column] - low) * scale);
    bins[r] = bin < 0 ? 0 : bin < BINS ? bin : BINS - 1;
  }
}

/** A property, and the weights of its values on a part of the text. */
export interface SummedProperty extends Pick<TextProperty, 'values'> {
  readonly levels: Levels;
}

/** For each unit, and each bin of its values: the characters in it, and the sums of all properties over them. */
export class UnitHistograms {
  /** (units, BINS, 1 + properties). The counts come first. Sums of a bin are neighbours, so that they go in parallel. */
  private readonly sums: Float64Array;
  private readonly width: number;

  constructor(
    private readonly places: readonly Place[],
    private readonly binning: Binning,
    private readonly properties: readonly SummedProperty[],
  ) {
    this.width = 1 + properties.length;
    this.sums = new Float64Array(places.length * BINS * this.width);
  }

  /** @param positions of the block, or −1 for rows that are left out */
  add(block: ValueBlock, positions: Int32Array): void {
    const { places, binning, width } = this;
    const bins = new Uint16Array(positions.length);
    const weights = this.weightsOf(positions);
    for (let u = 0; u < places.length; u++) {
      sortIntoBins(block, places[u], binning.low[u], binning.scale[u], bins);
      const sums = this.sums.subarray(u * BINS * width, (u + 1) * BINS * width);
      for (let r = 0; r < positions.length; r++) {
        if (positions[r] < 0) continue;
        const [at, from] = [bins[r] * width, r * width];
        for (let p = 0; p < width; p++) sums[at + p] += weights[from + p];
      }
    }
  }

  /** What each row adds (rows, 1 + properties). */
  private weightsOf(positions: Int32Array): Float64Array {
    const { properties, width } = this;
    const weights = new Float64Array(positions.length * width);
    for (let r = 0; r < positions.length; r++) if (positions[r] >= 0) weights[r * width] = 1;
    properties.forEach(({ values, levels }, p) => {
      for (let r = 0; r < positions.length; r++) {
        if (positions[r] >= 0) weights[r * width + 1 + p] = levels.weights[values[positions[r]]];
      }
    });
    return weights;
  }

  /** The characters in each bin of a unit. */
  countsOf(unit: number): Float64Array {
    return this.column(unit, 0);
  }

  /** The sums of a property over each bin of a unit. */
  sumsOf(unit: number, property: number): Float64Array {
    return this.column(unit, 1 + property);
  }

  private column(unit: number, column: number): Float64Array {
    const { sums, width } = this;
    return Float64Array.from({ length: BINS }, (_, b) => sums[(unit * BINS + b) * width + column]);
  }
}

/** The bins of one unit, with the sums of one property as it is, and moved along a range of the text in a circle. */
export class ShiftedHistograms {
  /** Of all characters. */
  readonly counts = new Float64Array(BINS);
  readonly sums = new Float64Array(BINS);
  /** Of those in the sample. */
  readonly sampledCounts = new Float64Array(BINS);
  /** Of those in the sample (BINS, shifts). */
  private readonly shiftedSums: Float64Array;
  private readonly shifts: Int32Array;

  /** @param isSampled the characters to try the shifts on, which take long */
  constructor(
    private readonly place: Place,
    private readonly low: number,
    private readonly scale: number,
    private readonly property: SummedProperty,
    private readonly range: Range,
    shifts: readonly number[],
    private readonly isSampled: (at: number) => boolean,
  ) {
    this.shifts = Int32Array.from(shifts);
    this.shiftedSums = new Float64Array(shifts.length * BINS);
  }

  add(block: ValueBlock): void {
    const { place, low, scale, shifts, shiftedSums } = this;
    const { values, levels } = this.property;
    const { weights } = levels;
    const { from, to } = this.range;
    const { positions } = block;
    const bins = new Uint16Array(positions.length);
    sortIntoBins(block, place, low, scale, bins);
    const K = shifts.length;
    for (let r = 0; r < positions.length; r++) {
      if (positions[r] < 0) continue;
      this.counts[bins[r]]++;
      this.sums[bins[r]] += weights[values[positions[r]]];
      if (!this.isSampled(positions[r])) continue;
      this.sampledCounts[bins[r]]++;
      const at = bins[r] * K;
      for (let k = 0; k < K; k++) {
        const moved = positions[r] + shifts[k];
        shiftedSums[at + k] += weights[values[moved < to ? moved : moved - to + from]];
      }
    }
  }

  /** The sums over each bin, by shift. */
  byShift(): Float64Array[] {
    const { shifts, shiftedSums } = this;
    const K = shifts.length;
    return Array.from(shifts, (_, k) => Float64Array.from({ length: BINS }, (_, b) => shiftedSums[b * K + k]));
  }
}
