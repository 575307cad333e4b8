import { cellsByName } from '../model/shape.js';
import type { CellName } from '../options/training-options.js';

/** A gate is saturated below the first value, and above the second (Karpathy and others, 2015). */
const [CLOSED, OPEN] = [0.1, 0.9];

/** How often the gates of one name in one layer are saturated. */
export interface GateSaturation {
  readonly gate: string;
  /** Share of the values below 0.1, of all units together and of each. */
  readonly left: number;
  readonly leftOfUnits: readonly number[];
  /** Share of the values above 0.9. */
  readonly right: number;
  readonly rightOfUnits: readonly number[];
}

/** Counts how often the gates of a layer of H units are saturated. */
export class SaturationCounter {
  private readonly left: Float64Array;
  private readonly right: Float64Array;
  private rows = 0;

  constructor(
    private readonly cell: CellName,
    private readonly H: number,
  ) {
    const columns = cellsByName[cell].blocks.length * H;
    this.left = new Float64Array(columns);
    this.right = new Float64Array(columns);
  }

  /** Counts some of the rows of values (R, blocks·H). */
  add(values: ArrayLike<number>, rows: Iterable<number>): void {
    const { left, right } = this;
    for (const r of rows) {
      this.rows++;
      for (let j = 0, at = r * left.length; j < left.length; j++, at++) {
        if (values[at] < CLOSED) left[j]++;
        if (values[at] > OPEN) right[j]++;
      }
    }
  }

  /** Returns the shares of each gate, once there are values. */
  shares(): GateSaturation[] {
    const { cell, H, rows } = this;
    // The last block is the candidate.
    return cellsByName[cell].blocks.slice(0, -1).map((gate) => {
      const from = cellsByName[cell].blocks.indexOf(gate) * H;
      const ofUnits = (counts: Float64Array): number[] => Array.from(counts.subarray(from, from + H), (n) => n / rows);
      const [leftOfUnits, rightOfUnits] = [ofUnits(this.left), ofUnits(this.right)];
      return { gate, left: mean(leftOfUnits), leftOfUnits, right: mean(rightOfUnits), rightOfUnits };
    });
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
