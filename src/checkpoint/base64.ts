// Encodes float32 arrays as base64 of their little-endian bytes, in pieces, and decodes them as they arrive: neither
// needs the whole text in memory.

import { Fault } from '../files/system-errors.js';
import { decodeGroups, encodeBase64 } from './fast-base64.js';
import type { StringSink } from './json-stream.js';

const bigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;
/** Bytes encoded at once: a multiple of 3, so that pieces can be joined, and of 4, so that floats stay whole. */
const PIECE = 12 * 16_384;

/** Yields the base64 text of `values`, in pieces. */
export function* base64Pieces(values: Float32Array): Generator<string> {
  for (let from = 0; from < values.byteLength; from += PIECE) {
    const length = Math.min(PIECE, values.byteLength - from);
    const piece = new Uint8Array(values.buffer, values.byteOffset + from, length);
    yield encodeBase64(bigEndian ? swapped(piece.slice()) : piece);
  }
}

/** Reverses the bytes of each float, in place. */
function swapped(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return bytes;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NOT_BASE64 = 64;
/** The six bits that each byte of the alphabet encodes. */
const sixBits = new Uint8Array(256).fill(NOT_BASE64);
for (let i = 0; i < ALPHABET.length; i++) sixBits[ALPHABET.charCodeAt(i)] = i;

/** Characters that are decoded at once. */
const GROUPS = 4 * 16_384;

const isDelimiter = (byte: number): boolean => byte === QUOTE || byte === BACKSLASH;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The place of the first quote or backslash, or `to`. */
function firstDelimiter(text: Uint8Array, from: number, to: number): number {
  const part = text.subarray(from, to);
  const quote = part.indexOf(QUOTE);
  const backslash = (quote < 0 ? part : part.subarray(0, quote)).indexOf(BACKSLASH);
  if (backslash >= 0) return from + backslash;
  return quote < 0 ? to : from + quote;
}

const PADDING = 0x3d;

/** Decodes the base64 of an array as it arrives. Memory grows with the data received, not with the announced length. */
export class FloatSink implements StringSink {
  private bytes: Uint8Array<ArrayBuffer>;
  private used = 0;
  /** The bits of the incomplete group of four characters. */
  private group = 0;
  private count = 0;
  private padding = 0;

  /**
   * @param name the name of the array, for messages
   * @param expected the number of elements, if known beforehand
   * @param room the number of elements that the rest of the input can hold, 0 if unknown
   */
  constructor(
    private readonly name: string,
    private readonly expected: number | undefined,
    room: number,
  ) {
    const known = 4 * Math.min(expected ?? 0, Math.max(0, Math.floor(room)));
    this.bytes = this.allocate(known);
  }

  write(chunk: Uint8Array, from: number): number {
    const quote = chunk.indexOf(QUOTE, from);
    this.reserve(((quote < 0 ? chunk.length : quote) - from + 3) * 0.75);
    const { bytes } = this;
    let at = from + this.writeWholeGroups(chunk, from);
    let { used, group, count } = this;
    for (; at < chunk.length; at++) {
      const six = sixBits[chunk[at]];
      if (six === NOT_BASE64 || this.padding > 0) {
        if (isDelimiter(chunk[at])) break;
        this.pad(chunk[at], count, used);
        count++;
        group <<= 6;
      } else {
        group = (group << 6) | six;
        count++;
      }
      if (count < 4) continue;
      // Writes beyond the end of the array have no effect; excess bytes are only counted.
      bytes[used++] = group >> 16;
      if (this.padding < 2) bytes[used++] = group >> 8;
      if (this.padding < 1) bytes[used++] = group;
      if (this.padding > 0) this.checkPaddedBits(group);
      group = 0;
      count = 0;
    }
    this.used = used;
    this.group = group;
    this.count = count;
    return at;
  }

  /**
   * Decodes whole groups of four characters at once, as many as are surely good base64: what their bytes encode to again
   * is what was read. Whatever else there is, padding, escapes and faults, is left for a closer look.
   * @returns characters taken
   */
  private writeWholeGroups(chunk: Uint8Array, from: number): number {
    if (this.count > 0 || this.padding > 0) return 0;
    const text = chunk.subarray(from);
    let taken = 0;
    for (;;) {
      const end = firstDelimiter(text, taken, Math.min(text.length, taken + GROUPS));
      const size = Math.min(Math.floor((end - taken) / 4), Math.floor((this.bytes.length - this.used) / 3));
      if (size <= 0 || !decodeGroups(text.subarray(taken, taken + 4 * size), this.bytes, this.used)) return taken;
      taken += 4 * size;
      this.used += 3 * size;
    }
  }

  end(): Float32Array {
    const { bytes, used, expected } = this;
    if (this.count > 0) throw new Fault(`${this.name}: bad base64, its length is not a multiple of 4`);
    if (expected !== undefined && used !== 4 * expected) {
      throw new Fault(`${this.name}: ${used} bytes of data, but its shape needs ${4 * expected}`);
    }
    if (used % 4 > 0) throw new Fault(`${this.name}: ${used} bytes of data, not a multiple of 4`);
    const own = used === bytes.length ? bytes.buffer : bytes.buffer.slice(0, used);
    if (bigEndian) swapped(new Uint8Array(own));
    return new Float32Array(own);
  }

  private get limit(): number {
    return this.expected === undefined ? Number.POSITIVE_INFINITY : 4 * this.expected;
  }

  private reserve(more: number): void {
    const { bytes, used, limit } = this;
    if (used + more <= bytes.length || bytes.length === limit) return;
    this.bytes = this.allocate(Math.min(limit, Math.max(2 * bytes.length, Math.ceil(used + more))));
    this.bytes.set(bytes.subarray(0, used));
  }

  private allocate(size: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(size);
    } catch {
      throw new Fault(`${this.name}: needs ${size} bytes of memory, more than this machine provides`);
    }
  }

  /** Accepts one or two `=` at the end of the last group. */
  private pad(byte: number, count: number, used: number): void {
    const inPlace = count === 2 || count === 3;
    if (byte !== PADDING || !inPlace) {
      throw new Fault(`${this.name}: bad base64 after byte ${used} of its data`);
    }
    this.padding++;
  }

  /** In canonical base64, bits that belong to no byte are zero. */
  private checkPaddedBits(group: number): void {
    if ((group & (this.padding === 2 ? 0xffff : 0xff)) !== 0) throw new Fault(`${this.name}: bad base64 at its end`);
  }
}
