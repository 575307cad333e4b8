// Bytes of .npy files, sound or not.

export interface NpyParts {
  readonly version?: readonly [major: number, minor: number];
  /** The dictionary of the header, without padding. */
  readonly dictionary?: string;
  readonly data?: Uint8Array;
}

/** A file of one array, as NumPy writes it: float32 of shape (2, 3) if nothing else is given. */
export function npyFile({ version = [1, 0], dictionary = dictionaryOf('(2, 3)'), data = floats(6) }: NpyParts = {}) {
  const prefix = version[0] === 1 ? 10 : 12;
  const length = Math.ceil((prefix + dictionary.length + 1) / 64) * 64 - prefix;
  const size = Buffer.alloc(prefix - 8);
  if (version[0] === 1) size.writeUInt16LE(length);
  else size.writeUInt32LE(length);
  const header = Buffer.from(`${dictionary.padEnd(length - 1)}\n`, 'latin1');
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Uint8Array.from(version), size, header, data]);
}

export const dictionaryOf = (shape: string, descr = "'<f4'", order = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** The numbers 0, 0.5, 1, … as little-endian float32 or float64. */
export function floats(count: number, size: 4 | 8 = 4): Buffer {
  const bytes = Buffer.alloc(count * size);
  for (let i = 0; i < count; i++) {
    if (size === 4) bytes.writeFloatLE(i / 2, 4 * i);
    else bytes.writeDoubleLE(i / 2, 8 * i);
  }
  return bytes;
}
