// The .npy format of NumPy, version 1.0: float32 in C order, little-endian.

import { readFileSync, writeFileSync } from 'node:fs';

const MAGIC = '\x93NUMPY\x01\x00';

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** (rows, columns) */
  readonly values: Float32Array;
}

/** The bytes of a file for a matrix (rows, columns). */
export function npy({ rows, columns, values }: Matrix): Buffer {
  if (values.length !== rows * columns) throw new RangeError(`${values.length} values are not ${rows} × ${columns}`);
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  // Magic, two bytes of length, header, spaces and a line feed: a multiple of 64.
  const length = Math.ceil((MAGIC.length + 2 + header.length + 1) / 64) * 64 - MAGIC.length - 2;
  const start = Buffer.from(`${MAGIC}  ${header.padEnd(length - 1)}\n`, 'latin1');
  start.writeUInt16LE(length, MAGIC.length);
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    data.writeFloatLE(value, 4 * i);
  });
  return Buffer.concat([start, data]);
}

export function writeNpy(path: string, matrix: Matrix): void {
  writeFileSync(path, npy(matrix));
}

/** Reads what `npy` makes. */
export function readNpy(path: string): Matrix {
  const bytes = readFileSync(path);
  const start = MAGIC.length + 2 + bytes.readUInt16LE(MAGIC.length);
  const shape = /'<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(bytes.toString('latin1', 0, start));
  if (!shape || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new TypeError(`${path}: not a float32 matrix`);
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => bytes.readFloatLE(start + 4 * i));
  return { rows, columns, values };
}

/** A matrix of rows of equal length. */
export function matrixOf(rows: readonly Float32Array[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    values.set(row, i * columns);
  });
  return { rows: rows.length, columns, values };
}
