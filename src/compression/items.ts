// Any bytes as what a model can predict: an item is a symbol of the vocabulary (0 … V−1) or a single byte that is part of
// no such symbol (−1 − byte). The items of a text give back exactly its bytes.

import type { Encoding } from '../options/training-options.js';
import type { Vocabulary } from '../text/vocabulary.js';

export const isSymbol = (item: number): boolean => item >= 0;

/** The item of a byte, and its inverse. */
export const ofByte = (byte: number): number => -1 - byte;
export const byteOf = ofByte;

export function itemsOf(bytes: Uint8Array, vocabulary: Vocabulary, encoding: Encoding): Int32Array {
  const items = new Int32Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = encoding === 'latin1' ? 1 : lengthAt(bytes, at);
    const symbol = length > 0 ? vocabulary.indexOf(length === 1 ? bytes[at] : codePointAt(bytes, at, length)) : -1;
    items[count++] = isSymbol(symbol) ? symbol : ofByte(bytes[at]);
    at += isSymbol(symbol) ? length : 1;
  }
  return items.subarray(0, count);
}

export function bytesOf(items: readonly Int32Array[], vocabulary: Vocabulary, encoding: Encoding): Uint8Array {
  const symbols = Array.from({ length: vocabulary.size }, (_, i) => Buffer.from(vocabulary.characterOf(i), encoding));
  const pieces = items.map((own) => {
    const bytes = Buffer.alloc(own.reduce((sum, item) => sum + (isSymbol(item) ? symbols[item].length : 1), 0));
    let at = 0;
    for (const item of own) {
      if (!isSymbol(item)) bytes[at++] = byteOf(item);
      else for (const byte of symbols[item]) bytes[at++] = byte;
    }
    return bytes;
  });
  return Buffer.concat(pieces);
}

/** The first code point that needs so many bytes in UTF-8. */
const smallest = [0, 0, 0x80, 0x800, 0x10000];

/**
 * The length of the UTF-8 character at a place; 0 if there is none. What UTF-8 cannot hold, such as a surrogate, is no
 * character of a vocabulary.
 */
function lengthAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if (bytes[at + i] >> 6 !== 2) return 0;
  return codePointAt(bytes, at, length) < smallest[length] ? 0 : length;
}

/** The code point of a character of 2 to 4 bytes. */
function codePointAt(bytes: Uint8Array, at: number, length: number): number {
  let codePoint = bytes[at] & (0x7f >> length);
  for (let i = 1; i < length; i++) codePoint = codePoint * 64 + (bytes[at + i] & 0x3f);
  return codePoint;
}
