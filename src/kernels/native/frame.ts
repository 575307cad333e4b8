// What a product keeps where: registers, and places on the stack.

import { R8, R9, R10, R11, R12, R13, R14, R15, RAX, RBP, RBX, RCX, RDI, RDX, RSI, RSP } from './encoding.js';

// The registers of a product. Pointers and steps are in bytes.
export const x = RDI;
export const packed = RSI;
export const out = RDX;
export const outStep = RCX;
/** What is fetched into the second-level cache next: the panels after these, up to `limit`. */
export const ahead = R8;
export const limit = R9;
export const xStep = R10;
export const panelStep = R11;
export const columns = R12;
export const row = RAX;
export const row3 = RBX;
export const row6 = RBP;
/** Where the tile begins, if it takes columns of x. */
export const begin = row6;
export const weights = R13;
export const left = R14;
export const spare = R15;

/** Locals on the stack. */
export const START = { base: RSP, displacement: 0 };
export const START_STEP = { base: RSP, displacement: 8 };
export const INNER = { base: RSP, displacement: 16 };
export const OUT_ROW = { base: RSP, displacement: 24 };
export const START_ROW = { base: RSP, displacement: 32 };
export const TILES = { base: RSP, displacement: 40 };
export const TALL = { base: RSP, displacement: 48 };
export const SHORT = { base: RSP, displacement: 56 };
export const LOCALS = 72;
