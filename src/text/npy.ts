// The format .npy of NumPy, as far as it holds vectors: a magic text, a version, the length of the header, the header (a
// dictionary as Python writes it), then the numbers.

import { open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { CharrnnError } from '../errors.js';
import { writeWhole } from '../files/atomic-write.js';
import { readFault } from '../files/system-errors.js';
import { formatCount, shownName } from '../format.js';
import { allocateVectors, checkedFloat, type Vectors } from './vector-rows.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** Bytes of the magic text, the version and the longest length of a header. */
const PREFIX = 12;
/** The longest header that is read, as in NumPy. That of an array of two dimensions has 118 bytes. */
const LONGEST_HEADER = 10_000;
/** Bytes per read; a multiple of each number's size. */
const PIECE = 1024 * 1024;
/** The header is padded so that the numbers begin at a multiple of this. */
const ALIGNMENT = 64;

/** Types of numbers that are read, with the bytes of one. */
const types: Readonly<Record<string, 4 | 8>> = { '<f4': 4, '<f8': 8 };

/** What a header says, and where the numbers begin. */
interface Header {
  readonly size: 4 | 8;
  readonly count: number;
  readonly width: number;
  readonly start: number;
}

/** Reads bytes into a buffer. @returns their number, smaller only at the end of the file */
type Read = (into: Buffer, position: number) => Promise<number>;

/**
 * Reads an array of shape (count, width), float32 or float64, in little-endian and C order. Nothing is allocated before
 * the header agrees with the size of the file.
 *
 * @throws CharrnnError if it is another kind of array, damaged, or has a number that is not finite
 */
export async function readNpy(path: string): Promise<Vectors> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw refusal(path, 'is not a regular file', 'give the path of one');
      const read: Read = async (into, position) => (await file.read(into, 0, into.length, position)).bytesRead;
      const header = await readHeader(path, read, status.size);
      return await readNumbers(path, read, header);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFault(path, error);
  }
}

const AGAIN = "write it again with numpy.save('vectors.npy', array.astype('<f4'))";

const refusal = (path: string, fault: string, remedy = AGAIN): CharrnnError =>
  new CharrnnError(`${shownName(path)}: ${fault}; ${remedy}`);

async function readHeader(path: string, read: Read, size: number): Promise<Header> {
  const prefix = Buffer.alloc(PREFIX);
  const isMagic = (await read(prefix, 0)) === PREFIX && prefix.subarray(0, MAGIC.length).equals(MAGIC);
  if (!isMagic) throw refusal(path, 'not an array of NumPy: it does not begin as .npy files do');
  const [version, minor] = prefix.subarray(MAGIC.length);
  if (version < 1 || version > 3 || minor !== 0) throw refusal(path, `version ${version}.${minor} of .npy is unknown`);
  const at = version === 1 ? 10 : 12;
  const length = version === 1 ? prefix.readUInt16LE(8) : prefix.readUInt32LE(8);
  if (length > LONGEST_HEADER) {
    throw refusal(path, `a header of ${formatCount(length)} bytes, more than ${formatCount(LONGEST_HEADER)}`);
  }
  if (at + length > size) throw refusal(path, `cut off in its header, after ${formatCount(size)} bytes`);
  const bytes = Buffer.alloc(length);
  if ((await read(bytes, at)) < length) throw refusal(path, 'became shorter while it was read', 'start again');
  const { descr, order, shape } = dictionaryIn(path, bytes.toString(version === 3 ? 'utf8' : 'latin1'));
  checkKind(path, descr, order);
  const header = { size: types[descr], ...checkedShape(path, shape), start: at + length };
  checkLength(path, header, `shape ${shape} of ${types[descr] === 4 ? 'float32' : 'float64'}`, size - header.start);
  return header;
}

/** A member of the dictionary: a text, a truth value, a tuple of whole numbers, or a list, which names fields. */
const MEMBER =
  /^(['"])(descr|fortran_order|shape)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\s,L]*\)|\[.*\])\s*(?:,\s*|$)/s;

/** Reads the three members of a header, in any order. */
function dictionaryIn(path: string, text: string): { descr: string; order: string; shape: string } {
  const found = new Map<string, string>();
  const body = text.trim();
  let rest = body.startsWith('{') && body.endsWith('}') ? body.slice(1, -1).trim() : body;
  for (let member = MEMBER.exec(rest); member; member = MEMBER.exec(rest)) {
    found.set(member[2], member[3]);
    rest = rest.slice(member[0].length);
  }
  const [descr = '', order = '', shape = ''] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  if (rest !== '' || descr === '' || !/^(True|False)$/.test(order) || !shape.startsWith('(')) {
    throw refusal(path, `not an array of NumPy: its header is ${quoted(body)}`);
  }
  return { descr: descr.replace(/^(['"])(.*)\1$/s, '$2'), order, shape: shape.replace(/\s/g, '') };
}

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function checkKind(path: string, descr: string, order: string): void {
  if (/^\|?O/.test(descr)) throw refusal(path, 'an array of Python objects, not of numbers');
  if (/^>f[48]$/.test(descr)) throw refusal(path, `big-endian numbers (${descr})`);
  if (!Object.hasOwn(types, descr)) throw refusal(path, `numbers of type ${quoted(descr)}, not float32 or float64`);
  if (order === 'False') return;
  const remedy = "write it again with numpy.save('vectors.npy', numpy.ascontiguousarray(array))";
  throw refusal(path, 'in Fortran order, one column after another', remedy);
}

/** At most 15 digits, so that sizes can be computed. */
const SHAPE = /^\((\d{1,15})L?,(\d{1,15})L?,?\)$/;

function checkedShape(path: string, shape: string): { count: number; width: number } {
  const remedy = 'one row for each vector is needed, as in array.reshape(len(array), -1)';
  const [, count, width] = SHAPE.exec(shape) ?? [];
  if (count === undefined) throw refusal(path, `shape ${quoted(shape)} is not that of a table of vectors`, remedy);
  if (Number(count) === 0 || Number(width) === 0) throw refusal(path, `shape ${shape}: no numbers`, remedy);
  return { count: Number(count), width: Number(width) };
}

function checkLength(path: string, { size, count, width }: Header, what: string, rest: number): void {
  const needed = size * count * width;
  if (needed === rest) return;
  const need = Number.isSafeInteger(needed) ? formatCount(needed) : `about ${needed.toExponential(1)}`;
  const fault = `${what} needs ${need} bytes, but ${formatCount(rest)} follow the header`;
  throw refusal(path, fault, 'copy the file again, or write it again with numpy.save');
}

async function readNumbers(path: string, read: Read, { size, count, width, start }: Header): Promise<Vectors> {
  const values = allocateVectors(shownName(path), count, width);
  const piece = Buffer.alloc(Math.min(PIECE, size * values.length));
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  for (let at = 0; at < values.length; ) {
    const numbers = Math.min(piece.length / size, values.length - at);
    const got = await read(piece.subarray(0, numbers * size), start + at * size);
    if (got < numbers * size) throw refusal(path, 'became shorter while it was read', 'start again');
    for (let i = 0; i < numbers; i++, at++) {
      const value = size === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true);
      const float = Math.fround(value);
      values[at] = Number.isFinite(float) ? float : checkedFloat(place(path, at, width), value);
    }
  }
  return { count, width, values };
}

const place = (path: string, at: number, width: number): string =>
  `${shownName(path)}: row ${formatCount(Math.floor(at / width) + 1)}, column ${formatCount((at % width) + 1)}`;

/**
 * Writes an array of float32 as .npy, whole or not at all, while its rows arrive.
 * @param count rows of all batches together
 * @param batches consecutive rows, all of the same width; the first one decides the header
 * @throws CharrnnError if the file cannot be written; whatever the batches throw
 */
export async function writeNpy(
  path: string,
  count: number,
  batches: Iterable<Vectors> | AsyncIterable<Vectors>,
): Promise<{ bytes: number }> {
  return writeWhole(path, npyPieces(count, batches));
}

async function* npyPieces(
  count: number,
  batches: Iterable<Vectors> | AsyncIterable<Vectors>,
): AsyncGenerator<Uint8Array> {
  let rows = 0;
  let columns: number | undefined;
  for await (const { count: own, width, values } of batches) {
    if (columns === undefined) yield headerOf(count, width);
    columns ??= width;
    rows += own;
    if (width !== columns || values.length !== own * width) throw new Error(`a batch of ${own} × ${width}`);
    yield bytesOf(values);
  }
  if (rows !== count) throw new Error(`${rows} rows instead of ${count}`);
}

/** The bytes before the numbers (version 1), padded with spaces and ended by a line feed. */
function headerOf(count: number, width: number): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${width}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const text = `${dictionary.padEnd(length - 1)}\n`;
  return Buffer.concat([MAGIC, Uint8Array.of(1, 0, length & 255, length >> 8), Buffer.from(text, 'latin1')]);
}

/** A copy of the numbers in little-endian bytes. */
function bytesOf(values: Float32Array): Uint8Array {
  const bytes = Buffer.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}
