// The format safetensors: the length of the header (8 bytes, little-endian), the header (a JSON object: name → type, shape,
// and where the numbers begin and end), then the numbers of all tensors without gaps.
// https://huggingface.co/docs/safetensors

import { open } from 'node:fs/promises';
import { CharrnnError } from '../errors.js';
import { Fault, userError } from '../files/system-errors.js';
import { counted, formatBytes, formatCount, shownName, visible } from '../format.js';
import { halfValue } from './half.js';

/** A tensor to write. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A tensor of a file; its numbers are read when they are asked for. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly read: () => Promise<Float32Array>;
}

export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The longest header, as in the reference implementation. */
const LONGEST_HEADER = 100_000_000;
const LONGEST_NAME = 60;

/** Yields the bytes of a file of tensors, which stand in this order. */
export async function* safetensorsOf(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * values.length] };
    end += 4 * values.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces let the numbers begin at a multiple of 8.
  const start = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  json.copy(start, 8);
  yield start;
  for (const { values } of tensors) {
    const bytes = Buffer.alloc(4 * values.length);
    for (let i = 0; i < values.length; i++) bytes.writeFloatLE(values[i], 4 * i);
    yield bytes;
  }
}

/**
 * Reads the header of a file. Nothing is allocated for numbers that the file does not have.
 * @throws CharrnnError at the first fault
 */
export async function readSafetensors(path: string): Promise<StoredTensors> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new Fault('is not a regular file; give the path of one');
      const length = Buffer.alloc(8);
      if ((await file.read(length, 0, 8, 0)).bytesRead < 8) throw refused(`has ${counted(status.size, 'byte')}`);
      const size = Number(length.readBigUInt64LE());
      if (size > LONGEST_HEADER || 8 + size > status.size) {
        throw refused(`its header would have ${formatCount(size)} bytes, the file has ${formatCount(status.size)}`);
      }
      const header = Buffer.alloc(size);
      await file.read(header, 0, size, 8);
      return storedTensors(path, objectIn(header), 8 + size, status.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw userError(shownName(path), error);
  }
}

const refused = (fault: string): Fault =>
  new Fault(`is not in the format safetensors: ${fault}; give a file of weights, such as model.safetensors`);
const damaged = (fault: string): Fault => new Fault(`${fault}; write the file again`);

type JsonMembers = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonMembers =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(header: Buffer): JsonMembers {
  let value: unknown;
  try {
    value = JSON.parse(header.toString());
  } catch {
    throw refused('its header is not JSON');
  }
  if (isObject(value)) return value;
  throw refused('its header is not an object');
}

/** Types of numbers that are read: bytes of one, and how. */
const types: Readonly<Record<string, readonly [size: number, read: (bytes: Buffer, at: number) => number]>> = {
  F64: [8, (bytes, at) => bytes.readDoubleLE(at)],
  F32: [4, (bytes, at) => bytes.readFloatLE(at)],
  F16: [2, (bytes, at) => halfValue(bytes.readUInt16LE(at))],
  BF16: [2, (bytes, at) => brainFloatOf(bytes.readUInt16LE(at))],
};

/** Integers, which a model may have beside its weights. */
const otherTypes: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, U16: 2, I16: 2, U32: 4, I32: 4, U64: 8, I64: 8 },
};

function storedTensors(path: string, header: JsonMembers, start: number, fileSize: number): StoredTensors {
  const { __metadata__: metadata = {}, ...others } = header;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw damaged('its metadata is not an object of strings');
  }
  const tensors = new Map<string, StoredTensor>();
  const places: { readonly name: string; readonly from: number; readonly to: number }[] = [];
  for (const [name, record] of Object.entries(others)) {
    const shown = shownTensor(name);
    if (!isObject(record)) throw damaged(`${shown}: is not described by an object`);
    const { dtype, shape, data_offsets: offsets } = record;
    if (typeof dtype !== 'string' || !(dtype in types || dtype in otherTypes)) {
      throw damaged(`${shown}: its type is ${visible(JSON.stringify(dtype) ?? 'missing').slice(0, LONGEST_NAME)}`);
    }
    if (!isListOfLengths(shape)) throw damaged(`${shown}: its shape is not a list of lengths`);
    if (!isListOfLengths(offsets) || offsets.length !== 2) throw damaged(`${shown}: has no place in the file`);
    const [from, to] = offsets;
    const count = shape.reduce((product, length) => product * length, 1);
    const bytes = count * (types[dtype]?.[0] ?? otherTypes[dtype]);
    if (to - from !== bytes || start + to > fileSize) {
      const own = `shape (${shape.join(', ')}) of ${dtype} needs ${formatCount(bytes)} bytes`;
      throw damaged(`${shown}: ${own}, its place is ${formatCount(from)} to ${formatCount(to)}`);
    }
    places.push({ name: shown, from, to });
    tensors.set(name, { name, shape, read: () => readNumbers(path, shown, dtype, start + from, count) });
  }
  places.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of places) {
    if (from < end) throw damaged(`${name}: overlaps the tensor before it`);
    if (from > end) throw damaged(`${name}: a gap of ${counted(from - end, 'byte')} before it`);
    end = to;
  }
  if (start + end !== fileSize) throw damaged(`${counted(fileSize - start - end, 'byte')} after the last tensor`);
  return { tensors, metadata: metadata as Readonly<Record<string, string>> };
}

const isListOfLengths = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);

/** The name of a tensor in a message. */
export const shownTensor = (name: string): string =>
  visible(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);

/** Bytes that are read at a time. */
const PIECE = 4 * 1024 * 1024;

async function readNumbers(
  path: string,
  name: string,
  dtype: string,
  start: number,
  count: number,
): Promise<Float32Array> {
  const type = types[dtype];
  if (!type) {
    const known = Object.keys(types).join(', ');
    throw new CharrnnError(`${shownName(path)}: ${name}: its type is ${dtype}; weights are read from ${known}`);
  }
  const [size, read] = type;
  try {
    const values = new Float32Array(count);
    const file = await open(path);
    try {
      const piece = Buffer.alloc(Math.min(PIECE, Math.max(1, count * size)));
      for (let i = 0; i < count; ) {
        const wanted = Math.min(piece.length, (count - i) * size);
        const { bytesRead } = await file.read(piece, 0, wanted, start + i * size);
        if (bytesRead < wanted) throw new Fault(`${name}: the file has become shorter; try again`);
        for (let at = 0; at < wanted; at += size, i++) {
          values[i] = read(piece, at);
          if (!Number.isFinite(values[i])) throw damaged(`${name}: number ${formatCount(i + 1)} is ${values[i]}`);
        }
      }
    } finally {
      await file.close();
    }
    return values;
  } catch (error) {
    if (error instanceof RangeError) {
      throw new CharrnnError(`${shownName(path)}: ${name} needs ${formatBytes(4 * count)} of memory; free some`);
    }
    throw userError(shownName(path), error);
  }
}

const scratch = new DataView(new ArrayBuffer(4));
/** A bfloat16: the upper half of a float32. */
function brainFloatOf(bits: number): number {
  scratch.setUint32(0, bits * 65536);
  return scratch.getFloat32(0);
}
