// The matrix product in machine code: out (R,M) = start + x (R,K) · w (K,M), w packed in panels of 16 columns; or with the
// transpose of an x (K,R).
//
// A tile of out, some rows of one panel or of a few, stays in registers (tile.ts) while k runs from 0 to K−1. Each element
// is one sum in that order, as in WebAssembly, so it has the same bits however wide the vectors are.

import type { Assembler } from './assembler.js';
import { type Memory, R12, R13, R14, R15, RAX, RBP, RBX, RDI, RSI, RSP } from './encoding.js';
import {
  columns,
  INNER,
  LOCALS,
  out,
  outStep,
  packed,
  panelStep,
  SHORT,
  START,
  START_STEP,
  TALL,
  weights,
  x,
  xStep,
} from './frame.js';
import { type LeftOperand, leftOperands } from './left.js';
import { PANEL, type Target } from './processor.js';
import { Tile } from './tile.js';

/** Tiles of one product: rows are split into tiles of nearly the same height, `rows` or one less. */
export interface Tiling {
  readonly rows: number;
  readonly tall: number;
  readonly short: number;
}

/** The highest tile: with two vectors, or one, for each row of a panel, and registers left for both operands. */
export const highestTile = ({ length }: Target): number => (length === 512 ? 9 : 6);

/** @param most rows of a tile */
export function tilingOf(R: number, most: number): Tiling {
  const count = Math.ceil(R / most);
  const rows = Math.ceil(R / count);
  const short = count * rows - R;
  return { rows, tall: count - short, short };
}

/** Panels that tiles of so many rows take side by side, so that there are enough sums to hide what an addition takes. */
function panelsOf({ length }: Target, rows: number): number {
  if (length === 512) return rows > 4 ? 3 : 4;
  return rows > 3 ? 1 : [4, 3, 2][rows - 1];
}

const saved = [RBX, RBP, R12, R13, R14, R15];

/** The arguments of a product, 32 bits each, in the order in which they stand in memory. */
const productArguments = [
  'x',
  'xStride',
  'packed',
  'out',
  'outStride',
  'tall',
  'short',
  'K',
  'M',
  'start',
  'startStride',
] as const;

/**
 * The product for tiles of `rows` rows and one less: f(base, arguments), the arguments in the order of
 * `productArguments`, as `matmul` of the WebAssembly kernels with the numbers of tiles in place of R. Arrays are given
 * by their distance from base; a start of 0 is none.
 * @param operand whether x (R,K) or xᵀ of x (K,R) is multiplied with w
 */
export function emitProduct(a: Assembler, target: Target, rows: number, operand: LeftOperand): void {
  for (const register of saved) a.push(register);
  a.subtractConstant(RSP, LOCALS);
  const [base, given] = [RAX, R15];
  const argument = (name: (typeof productArguments)[number]): Memory => ({
    base: given,
    displacement: 4 * productArguments.indexOf(name),
  });
  a.move(base, RDI);
  a.move(given, RSI);
  for (const [name, array] of [['x', x] as const, ['packed', packed] as const, ['out', out] as const]) {
    a.loadUnsigned(array, argument(name));
    a.add(array, base);
  }
  a.loadInt(outStep, argument('outStride'));
  a.shiftLeft(outStep, 2);
  a.loadInt(weights, argument('tall'));
  a.store(TALL, weights);
  a.loadInt(weights, argument('short'));
  a.store(SHORT, weights);
  a.loadInt(panelStep, argument('K'));
  a.store(INNER, panelStep);
  a.shiftLeft(panelStep, 6); // PANEL_BYTES times
  a.loadInt(xStep, argument('xStride'));
  a.shiftLeft(xStep, 2);
  a.loadInt(columns, argument('M'));
  const hasNoStart = a.label();
  a.loadUnsigned(weights, argument('start'));
  a.test(weights);
  a.jumpIf('equal', hasNoStart);
  a.add(weights, base);
  a.place(hasNoStart);
  a.store(START, weights);
  a.loadInt(weights, argument('startStride'));
  a.shiftLeft(weights, 2);
  a.store(START_STEP, weights);

  const [single, last, end] = [a.label(), a.label(), a.label()];
  const panels = panelsOf(target, rows);
  const tile = new Tile(a, target, leftOperands[operand](a));
  if (panels > 1) {
    const group = a.label();
    a.place(group);
    a.compareConstant(columns, panels * PANEL);
    a.jumpIf('less', single);
    tile.emitColumn(rows, panels, false);
    a.jump(group);
  }
  a.place(single);
  a.compareConstant(columns, PANEL);
  a.jumpIf('less', last);
  tile.emitColumn(rows, 1, false);
  a.jump(single);
  a.place(last);
  a.test(columns);
  a.jumpIf('equal', end);
  tile.emitColumn(rows, 1, true);
  a.place(end);
  a.addConstant(RSP, LOCALS);
  for (const register of saved.toReversed()) a.pop(register);
  a.zeroUpper();
  a.return();
}
