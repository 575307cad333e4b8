// One tile of a matrix product: some rows of a panel of columns, or of several, whose sums stay in registers while k runs.

import type { Assembler } from './assembler.js';
import type { Constant, Memory, Register, VectorRegister } from './encoding.js';
import {
  ahead,
  columns,
  INNER,
  left,
  limit,
  OUT_ROW,
  out,
  outStep,
  packed,
  panelStep,
  row,
  SHORT,
  START,
  START_ROW,
  START_STEP,
  spare,
  TALL,
  TILES,
  weights,
  x,
} from './frame.js';
import type { Left } from './left.js';
import { PANEL, PANEL_BYTES, type Target } from './processor.js';

/** Emits tiles. */
export class Tile {
  /** Vectors to a row of a panel. */
  private readonly vectors: number;
  /** The masks of 1 to 15 columns. */
  private readonly masks: Constant;

  constructor(
    private readonly a: Assembler,
    private readonly target: Target,
    private readonly left: Left,
  ) {
    this.vectors = PANEL / (target.length / 32);
    const ones = Int32Array.from({ length: 2 * PANEL }, (_, i) => (i < PANEL ? -1 : 0));
    const bits = Int32Array.from({ length: PANEL }, (_, i) => 2 ** i - 1);
    this.masks = a.constant(target.length === 512 ? bits : ones);
  }

  /** All rows of some panels, then on to the next panels. @param isMasked whether the panel has fewer columns than 16 */
  emitColumn(rows: number, panels: number, isMasked: boolean): void {
    const { a } = this;
    a.move(ahead, packed);
    for (let p = 0; p < panels; p++) a.add(ahead, panelStep);
    a.move(limit, ahead);
    for (let p = 0; p < panels; p++) a.add(limit, panelStep);
    a.move(row, x);
    a.store(OUT_ROW, out);
    a.load(spare, START);
    a.store(START_ROW, spare);
    this.emitRows(TALL, rows, panels, isMasked);
    if (rows > 1) this.emitRows(SHORT, rows - 1, panels, isMasked);
    for (let p = 0; p < panels; p++) a.add(packed, panelStep);
    a.addConstant(out, panels * PANEL_BYTES);
    if (isMasked) return;
    a.subtractConstant(columns, panels * PANEL);
    const none = a.label();
    a.load(spare, START);
    a.test(spare);
    a.jumpIf('equal', none);
    a.addConstant(spare, panels * PANEL_BYTES);
    a.store(START, spare);
    a.place(none);
  }

  private emitRows(count: Memory, rows: number, panels: number, isMasked: boolean): void {
    const { a } = this;
    const [next, end] = [a.label(), a.label()];
    a.load(spare, count);
    a.store(TILES, spare);
    a.test(spare);
    a.jumpIf('equal', end);
    a.place(next);
    this.emitTile(rows, panels, isMasked);
    a.load(spare, TILES);
    a.subtractConstant(spare, 1);
    a.store(TILES, spare);
    a.jumpIf('notEqual', next);
    a.place(end);
  }

  private emitTile(rows: number, panels: number, isMasked: boolean): void {
    const { a } = this;
    const sums = new Sums(rows, panels * this.vectors);
    this.emitStart(sums, isMasked);
    this.left.emitBegin(rows);
    const isAhead = a.label();
    a.compare(ahead, limit);
    a.jumpIf('less', isAhead);
    a.move(ahead, packed);
    a.place(isAhead);
    a.move(weights, packed);
    a.load(left, INNER);
    if (panels > 2) a.address(spare, { base: packed, index: panelStep, scale: 2 });
    this.emitInner(sums, panels > 2);
    this.emitStores(sums, isMasked);
    this.left.emitNext(rows);
  }

  /** The sums begin with zero, or with the rows of start. */
  private emitStart(sums: Sums, isMasked: boolean): void {
    const { a } = this;
    const { length } = this.target;
    const [zero, ready] = [a.label(), a.label()];
    a.load(spare, START_ROW);
    a.test(spare);
    a.jumpIf('equal', zero);
    if (isMasked) this.emitMasks(weights, left);
    a.load(weights, START_STEP);
    for (let r = 0; r < sums.rows; r++) {
      for (let v = 0; v < sums.vectors; v++) {
        const at = { base: spare, displacement: (v * length) / 8 };
        if (!isMasked) a.loadVector(sums.at(r, v), at, length);
        else if (length === 512) a.loadVector(sums.at(r, v), at, length, MASK);
        else a.loadMasked(sums.at(r, v), at, maskOf(v));
      }
      a.add(spare, weights);
    }
    a.store(START_ROW, spare);
    // The next tile's rows come from far away, and its first sums would wait for them. With AVX-512 it gains nothing.
    for (let r = 0; length === 256 && r < sums.rows; r++) {
      a.prefetch({ base: spare });
      a.add(spare, weights);
    }
    a.jump(ready);
    a.place(zero);
    for (let r = 0; r < sums.rows; r++) {
      for (let v = 0; v < sums.vectors; v++) {
        const register = sums.at(r, v);
        a.vector('pxor', length, register, register, register);
      }
    }
    a.place(ready);
  }

  /** Four k a round while there are so many, then one. */
  private emitInner(sums: Sums, usesSpare: boolean): void {
    const { a } = this;
    const [few, one, end] = [a.label(), a.label(), a.label()];
    a.subtractConstant(left, UNROLL);
    a.jumpIf('less', few);
    const many = a.label();
    a.place(many);
    a.prefetch({ base: ahead });
    a.addConstant(ahead, 64);
    for (let k = 0; k < UNROLL; k++) this.emitMultiplyAdd(sums, k);
    this.emitAdvance(sums.rows, UNROLL, usesSpare);
    a.subtractConstant(left, UNROLL);
    a.jumpIf('notLess', many);
    a.place(few);
    a.addConstant(left, UNROLL);
    a.jumpIf('equal', end);
    a.place(one);
    this.emitMultiplyAdd(sums, 0);
    this.emitAdvance(sums.rows, 1, usesSpare);
    a.subtractConstant(left, 1);
    a.jumpIf('notEqual', one);
    a.place(end);
  }

  private emitAdvance(rows: number, k: 1 | 4, usesSpare: boolean): void {
    const { a } = this;
    this.left.emitAdvance(rows, k);
    a.addConstant(weights, k * PANEL_BYTES);
    if (usesSpare) a.addConstant(spare, k * PANEL_BYTES);
  }

  /** sums += x[·][k] · w[k][·] */
  private emitMultiplyAdd(sums: Sums, k: number): void {
    const { a } = this;
    const { length, fused } = this.target;
    const registers = length === 512 ? 32 : 16;
    const [product, scratch] = [registers - 1, registers - 2];
    const multiplyAdd = (sum: VectorRegister, factor: VectorRegister, weight: VectorRegister | Memory): void => {
      if (fused) {
        a.vector('fmadd231ps', length, sum, factor, weight);
        return;
      }
      a.vector('mulps', length, product, factor, weight);
      a.vector('addps', length, sum, sum, product);
    };
    if (sums.count + sums.vectors + 2 <= registers) {
      // The weights stay in registers, one number of x after the other meets them.
      for (let v = 0; v < sums.vectors; v++) a.loadVector(sums.count + v, this.weightAt(v, k), length);
      for (let r = 0; r < sums.rows; r++) {
        a.broadcast(scratch, this.left.at(r, k), length);
        for (let v = 0; v < sums.vectors; v++) multiplyAdd(sums.at(r, v), scratch, sums.count + v);
      }
      return;
    }
    // The numbers of x stay in registers.
    for (let r = 0; r < sums.rows; r++) a.broadcast(sums.count + r, this.left.at(r, k), length);
    for (let v = 0; v < sums.vectors; v++) {
      for (let r = 0; r < sums.rows; r++) multiplyAdd(sums.at(r, v), sums.count + r, this.weightAt(v, k));
    }
  }

  /** Vector v of row k of the panels, counted from where the inner loop is. */
  private weightAt(v: number, k: number): Memory {
    const panel = Math.floor(v / this.vectors);
    const displacement = k * PANEL_BYTES + ((v % this.vectors) * this.target.length) / 8;
    const base = panel < 2 ? weights : spare;
    return panel % 2 === 0 ? { base, displacement } : { base, index: panelStep, displacement };
  }

  private emitStores(sums: Sums, isMasked: boolean): void {
    const { a } = this;
    const { length } = this.target;
    if (isMasked) this.emitMasks(weights, left);
    a.load(spare, OUT_ROW);
    for (let r = 0; r < sums.rows; r++) {
      for (let v = 0; v < sums.vectors; v++) {
        const at = { base: spare, displacement: (v * length) / 8 };
        if (!isMasked) a.storeVector(at, sums.at(r, v), length);
        else if (length === 512) a.storeVector(at, sums.at(r, v), length, MASK);
        else a.storeMasked(at, sums.at(r, v), maskOf(v));
      }
      a.add(spare, outStep);
    }
    a.store(OUT_ROW, spare);
  }

  /** The masks of the last panel's columns, in registers that are free outside of the inner loop. */
  private emitMasks(at: Register, count: Register): void {
    const { a } = this;
    a.addressOf(at, this.masks);
    if (this.target.length === 512) {
      a.loadMask(MASK, { base: at, index: columns, scale: 4 });
      return;
    }
    a.move(count, columns);
    a.shiftLeft(count, 2);
    a.subtract(at, count);
    for (let v = 0; v < this.vectors; v++) {
      a.loadVector(maskOf(v), { base: at, displacement: PANEL_BYTES + 32 * v }, 256);
    }
  }
}

/** Steps of k in one round of the inner loop. */
const UNROLL = 4;
/** The mask register of AVX-512, and the vectors that are the masks of AVX2. */
const MASK = 1;
const maskOf = (v: number): VectorRegister => 14 + v;

/** The registers of a tile's sums: the first ones, row by row. */
class Sums {
  constructor(
    readonly rows: number,
    readonly vectors: number,
  ) {}

  get count(): number {
    return this.rows * this.vectors;
  }

  at(row: number, vector: number): VectorRegister {
    return row * this.vectors + vector;
  }
}
