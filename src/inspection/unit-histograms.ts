import type { Range } from '../kernels/kernels.js';
import type { Levels } from './rank-scores.js';
import type { TextProperty } from './text-properties.js';
import type { Place, ValueBlock } from './unit-values.js';

/** Bins of a unit's values: a power of two. */
export const BINS = 256;

/** A property, and the weights of its values on a part of the text. */
export interface SummedProperty extends Pick<TextProperty, 'values'> {
  readonly levels: Levels;
}

/**
 * How the values of each unit are sorted into bins: by the quantiles of a sample, so that as many values are expected in
 * each. Bins of equal width would hold most values of a saturated unit in two of them.
 */
export class Binning {
  private constructor(private readonly edges: readonly Float32Array[]) {}

  /** Chooses bins by a sample. */
  static of(places: readonly Place[], sample: Iterable<ValueBlock>): Binning {
    const values = places.map((): number[] => []);
    for (const { positions, buffers } of sample) {
      for (let r = 0; r < positions.length; r++) {
        if (positions[r] < 0) continue;
        for (let u = 0; u < places.length; u++) {
          const { buffer, width, column } = places[u];
          values[u].push(buffers[buffer][r * width + column]);
        }
      }
    }
    const edges = values.map((own) => {
      const sorted = Float32Array.from(own).sort();
      return Float32Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / BINS)]);
    });
    return new Binning(edges);
  }

  /** Writes the bins of a unit's values in the rows of a block that count. @param positions −1 for other rows */
  sort(
    unit: number,
    { buffers }: ValueBlock,
    { buffer, width, column }: Place,
    positions: Int32Array,
    bins: Uint16Array,
  ) {
    const [values, edges] = [buffers[buffer], this.edges[unit]];
    for (let r = 0; r < positions.length; r++) {
      if (positions[r] < 0) continue;
      const value = values[r * width + column];
      // The number of edges that are not above the value.
      let bin = 0;
      for (let step = BINS / 2; step > 0; step >>= 1) if (edges[bin + step - 1] <= value) bin += step;
      bins[r] = bin;
    }
  }
}

/** For each unit, and each bin of its values: the characters in it, and the sums of all properties over them. */
export class UnitHistograms {
  /**
   * (units, BINS, 1 + properties). The counts come first. Sums of a bin are neighbours, so that they go in parallel, and
   * in single precision, so that those of a unit stay in the cache: it counts to 16 million, and a sample has fewer.
   */
  private readonly sums: Float32Array;
  private readonly width: number;

  constructor(
    private readonly places: readonly Place[],
    private readonly binning: Binning,
    private readonly properties: readonly SummedProperty[],
  ) {
    this.width = 1 + properties.length;
    this.sums = new Float32Array(places.length * BINS * this.width);
  }

  /** @param positions of the block, or −1 for rows that are left out */
  add(block: ValueBlock, positions: Int32Array): void {
    const { places, binning, width } = this;
    const bins = new Uint16Array(positions.length);
    const weights = this.weightsOf(positions);
    for (let u = 0; u < places.length; u++) {
      binning.sort(u, block, places[u], positions, bins);
      const sums = this.sums.subarray(u * BINS * width, (u + 1) * BINS * width);
      addRows(sums, bins, weights, positions, width);
    }
  }

  /** What each row adds (rows, 1 + properties). */
  private weightsOf(positions: Int32Array): Float32Array {
    const { properties, width } = this;
    const weights = new Float32Array(positions.length * width);
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

/** Adds the weights of each row that counts (rows, width) to those of its bin (BINS, width). */
function addRows(
  sums: Float32Array,
  bins: Uint16Array,
  weights: Float32Array,
  positions: Int32Array,
  width: number,
): void {
  for (let r = 0; r < positions.length; r++) {
    if (positions[r] < 0) continue;
    const at = bins[r] * width;
    const from = r * width;
    for (let p = 0; p < width; p++) sums[at + p] += weights[from + p];
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
    private readonly unit: number,
    private readonly place: Place,
    private readonly binning: Binning,
    private readonly property: SummedProperty,
    private readonly range: Range,
    shifts: readonly number[],
    private readonly isSampled: (at: number) => boolean,
  ) {
    this.shifts = Int32Array.from(shifts);
    this.shiftedSums = new Float64Array(shifts.length * BINS);
  }

  add(block: ValueBlock): void {
    const { shifts, shiftedSums } = this;
    const { values, levels } = this.property;
    const { weights } = levels;
    const { from, to } = this.range;
    const { positions } = block;
    const bins = new Uint16Array(positions.length);
    this.binning.sort(this.unit, block, this.place, positions, bins);
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
