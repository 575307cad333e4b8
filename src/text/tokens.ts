import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { CharrnnError } from '../errors.js';
import { formatCount, formatMemory } from '../format.js';
import { type Machine, thisMachine } from '../machine.js';
import type { Vocabulary } from './vocabulary.js';

/** Character indices, as wide as their vocabulary needs. */
export type Tokens = Uint8Array | Uint16Array | Uint32Array;

/** Bytes per token: one for up to 256 symbols, otherwise two or four. */
const widthOf = (symbols: number): 1 | 2 | 4 => (symbols <= 2 ** 8 ? 1 : symbols <= 2 ** 16 ? 2 : 4);

/**
 * Allocates shared memory for `length` tokens of a vocabulary of `symbols`.
 *
 * @throws CharrnnError if there is not enough memory, or no array can be that long
 */
export function allocate(length: number, symbols: number, machine: Machine = thisMachine()): Tokens {
  const width = widthOf(symbols);
  const bytes = length * width;
  const need = `${formatCount(length)} characters need ${formatMemory(bytes)}`;
  if (bytes > machine.longestArray) {
    const longest = `an array in this Node holds at most ${formatMemory(machine.longestArray)}`;
    throw new CharrnnError(`the corpus is too long: ${need}, ${longest}; give a part of it`);
  }
  const tooLarge = `the corpus does not fit in memory: ${need}, this machine has ${formatMemory(machine.total)}`;
  if (bytes > machine.total) throw new CharrnnError(`${tooLarge}; give a part of it`);
  try {
    const memory = new SharedArrayBuffer(bytes);
    return width === 1 ? new Uint8Array(memory) : width === 2 ? new Uint16Array(memory) : new Uint32Array(memory);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CharrnnError(`${tooLarge} but does not provide that much; give a part of it`);
  }
}

/** Writes the tokens of characters, starting at `at`. @returns false at a character that the vocabulary lacks */
export function write(codePoints: Uint32Array, vocabulary: Vocabulary, tokens: Tokens, at: number): boolean {
  const { unknown } = vocabulary;
  // Written through a subarray, because computing with indices beyond 2³¹ is slow.
  const out = tokens.subarray(at, at + codePoints.length);
  for (let i = 0; i < codePoints.length; i++) {
    const index = vocabulary.indexOf(codePoints[i]);
    if (index < 0 && !unknown) return false;
    out[i] = index < 0 ? 0 : index;
  }
  return true;
}

/**
 * Returns what a model reads of a text, and the places of these characters; undefined if it reads all of them. It does not
 * read what its vocabulary lacks, unless there is an unknown symbol.
 */
export function tokensRead(
  codePoints: Uint32Array,
  vocabulary: Vocabulary,
): { readonly tokens: Tokens; readonly places: Int32Array | undefined } {
  const isRead = (codePoint: number): boolean => vocabulary.unknown || vocabulary.indexOf(codePoint) >= 0;
  let count = 0;
  for (const codePoint of codePoints) if (isRead(codePoint)) count++;
  const tokens = allocate(count, vocabulary.size);
  if (count === codePoints.length) {
    write(codePoints, vocabulary, tokens, 0);
    return { tokens, places: undefined };
  }
  const places = new Int32Array(count);
  for (let i = 0, k = 0; i < codePoints.length; i++) if (isRead(codePoints[i])) places[k++] = i;
  write(
    Uint32Array.from(places, (place) => codePoints[place]),
    vocabulary,
    tokens,
    0,
  );
  return { tokens, places };
}

/** SHA-256 of tokens in hexadecimal, each as a little-endian uint32, so that their width does not matter. */
export function digest(tokens: Tokens): string {
  const hash = createHash('sha256');
  const block = new Uint32Array(65536);
  for (let from = 0; from < tokens.length; from += block.length) {
    const part = tokens.subarray(from, from + block.length);
    block.set(part);
    const bytes = Buffer.from(block.buffer, 0, 4 * part.length);
    hash.update(endianness() === 'BE' ? bytes.swap32() : bytes);
  }
  return hash.digest('hex');
}
