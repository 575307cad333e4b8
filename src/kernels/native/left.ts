// How a tile reaches the numbers of its left operand: the rows of x, or the columns of x for a product with xᵀ. Both are
// read where they lie, since a number is broadcast to all elements of a vector.

import type { Assembler } from './assembler.js';
import type { Memory } from './encoding.js';
import { begin, row, row3, row6, xStep } from './frame.js';

/** `row` points to where the inner loop is: to k = 0 of the tile's first row at its beginning. */
export interface Left {
  /** Emits what comes before the inner loop. */
  emitBegin(rows: number): void;
  /** Number k, 0 to 3, of row r of the tile, counted from where the inner loop is. */
  at(r: number, k: number): Memory;
  /** Goes on by one k or by four, as the inner loop does. */
  emitAdvance(rows: number, k: 1 | 4): void;
  /** Goes from the end of the inner loop to the beginning of the next tile. */
  emitNext(rows: number): void;
}

export const leftOperands = {
  /** x (R,K): rows are reached from every third, + 0, 1 or 2 times the step. */
  rows: (a: Assembler): Left => ({
    emitBegin: (rows) => {
      for (const [from, to, base] of [
        [3, row3, row],
        [6, row6, row3],
      ]) {
        if (rows <= from) continue;
        a.address(to, { base, index: xStep, scale: 2 });
        a.add(to, xStep);
      }
    },
    at: (r, k) => {
      const base = [row, row3, row6][Math.floor(r / 3)];
      return r % 3 === 0
        ? { base, displacement: 4 * k }
        : { base, index: xStep, scale: r % 3 === 1 ? 1 : 2, displacement: 4 * k };
    },
    emitAdvance: (rows, k) => {
      a.addConstant(row, 4 * k);
      if (rows > 3) a.addConstant(row3, 4 * k);
      if (rows > 6) a.addConstant(row6, 4 * k);
    },
    // The inner loop has gone over a whole row.
    emitNext: (rows) => {
      for (let r = 1; r < rows; r++) a.add(row, xStep);
    },
  }),

  /** xᵀ of x (K,R): a step of k is a row of x. */
  columns: (a: Assembler): Left => ({
    emitBegin: () => {
      a.move(begin, row);
      a.address(row3, { base: row, index: xStep, scale: 2 });
      a.add(row3, xStep);
    },
    at: (r, k) => {
      const displacement = 4 * r;
      if (k === 0 || k === 3) return { base: k === 0 ? row : row3, displacement };
      return { base: row, index: xStep, scale: k === 1 ? 1 : 2, displacement };
    },
    emitAdvance: (_, k) => {
      for (const pointer of [row, row3]) {
        if (k === 4) a.address(pointer, { base: pointer, index: xStep, scale: 4 });
        else a.add(pointer, xStep);
      }
    },
    emitNext: (rows) => {
      a.address(row, { base: begin, displacement: 4 * rows });
    },
  }),
} as const;

export type LeftOperand = keyof typeof leftOperands;
