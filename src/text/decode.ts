import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { readFault } from '../files/system-errors.js';
import { formatCount, shownName } from '../format.js';
import type { Encoding } from '../options/training-options.js';

/** Decodes the bytes of one file into code points, piece by piece. */
export interface Decoder {
  /**
   * Decodes the next piece. A character split between pieces belongs to the piece in which it ends.
   *
   * @param out room for bytes.length code points
   * @returns the number of code points written
   * @throws CharrnnError at bytes that are invalid in this encoding
   */
  decode(bytes: Uint8Array, out: Uint32Array): number;
  /** @throws CharrnnError if the file ends inside a character */
  end(): void;
}

/** @param name the file, for messages */
export function createDecoder(encoding: Encoding, name: string): Decoder {
  return encoding === 'utf8' ? new Utf8Decoder(name) : latin1Decoder;
}

/** ISO-8859-1: every byte is a code point. */
const latin1Decoder: Decoder = {
  decode(bytes, out) {
    out.set(bytes);
    return bytes.length;
  },
  end() {},
};

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Strict UTF-8 as defined by the Encoding Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
 * Drops a byte-order mark at the start; keeps line ends as they are.
 */
export class Utf8Decoder implements Decoder {
  /** Bytes before the current piece. */
  private offset = 0;
  private atStart = true;
  /** The incomplete character: its first byte, that byte's offset, its bits so far, and the number of missing bytes. */
  private lead = 0;
  private leadOffset = 0;
  private bits = 0;
  private lacking = 0;
  /** The range of its next byte: 0x80…0xBF or, after some first bytes, a part of that. */
  private lowest = 0x80;
  private highest = 0xbf;

  /** @param remedy the remedy for invalid UTF-8, for the message */
  constructor(
    private readonly name: string,
    private readonly remedy: Message = line`re-encode it, or read it with ${option('encoding')} latin1`,
  ) {}

  decode(bytes: Uint8Array, out: Uint32Array): number {
    let { bits, lacking, lowest, highest } = this;
    let count = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (lacking > 0) {
        if (byte < lowest || byte > highest) throw this.invalid();
        bits = (bits << 6) | (byte & 0x3f);
        lowest = 0x80;
        highest = 0xbf;
        if (--lacking === 0) out[count++] = bits;
      } else if (byte < 0x80) {
        out[count++] = byte;
      } else {
        this.lead = byte;
        this.leadOffset = this.offset + i;
        if (byte < 0xc2 || byte > 0xf4) throw this.invalid();
        lacking = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
        bits = byte & (0x3f >> lacking);
        // The range is smaller where the character could be overlong, a surrogate or too large.
        lowest = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
        highest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
      }
    }
    this.bits = bits;
    this.lacking = lacking;
    this.lowest = lowest;
    this.highest = highest;
    this.offset += bytes.length;
    return this.withoutMark(out, count);
  }

  end(): void {
    if (this.lacking > 0) throw this.invalid();
  }

  private withoutMark(out: Uint32Array, count: number): number {
    if (!this.atStart || count === 0) return count;
    this.atStart = false;
    if (out[0] !== BYTE_ORDER_MARK) return count;
    out.copyWithin(0, 1, count);
    return count - 1;
  }

  private invalid(): CharrnnError {
    const { name, lead, leadOffset } = this;
    const where = `${name}: invalid UTF-8 at byte ${formatCount(leadOffset)} (0x${lead.toString(16).padStart(2, '0')})`;
    const looksLikeUtf16 = leadOffset === 0 && lead >= 0xfe;
    const remedy = looksLikeUtf16 ? 'it looks like UTF-16; re-encode it' : this.remedy;
    return new CharrnnError(line`${where}; ${remedy}`);
  }
}

/**
 * Yields the code points of one file, in pieces. Each piece is overwritten by the next.
 *
 * @throws CharrnnError at bytes that are invalid in this encoding
 */
export async function* decode(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  name: string,
): AsyncGenerator<Uint32Array> {
  const decoder = createDecoder(encoding, name);
  let out = new Uint32Array(0);
  for await (const bytes of pieces) {
    if (out.length < bytes.length) out = new Uint32Array(bytes.length);
    yield out.subarray(0, decoder.decode(bytes, out));
  }
  decoder.end();
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Decodes arbitrary bytes to characters: invalid UTF-8 becomes U+FFFD, as in the Encoding Standard. `decode` throws an
 * error instead.
 */
export function codePointsOf(bytes: Uint8Array, encoding: Encoding): Uint32Array {
  if (encoding === 'latin1') return Uint32Array.from(bytes);
  return Uint32Array.from(decoder.decode(bytes), (character) => character.codePointAt(0) ?? 0);
}

/** Decodes bytes to text with the same characters as `codePointsOf`. */
export function textOf(bytes: Uint8Array, encoding: Encoding): string {
  return encoding === 'latin1' ? Buffer.from(bytes).toString('latin1') : decoder.decode(bytes);
}

/** The most bytes whose text always fits into a string. */
const LONGEST = 2 ** 28;

/**
 * Reads the text of a file or pipe, `-` for standard input, without a leading byte-order mark.
 * @param faultOf returns the error to throw for a system error
 * @throws CharrnnError if it cannot be read, is not UTF-8, or is too long
 */
export async function readText(path: string, faultOf = readFault): Promise<string> {
  const name = path === '-' ? 'standard input' : shownName(path);
  const bytes = await readBytes(path, name, faultOf);
  if (bytes.length > LONGEST) throw tooLong(name, formatCount(bytes.length));
  if (!isUtf8(bytes)) {
    const decoder = new Utf8Decoder(name, 're-encode it');
    decoder.decode(bytes, new Uint32Array(bytes.length));
    decoder.end();
  }
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

async function readBytes(path: string, name: string, faultOf: typeof readFault): Promise<Buffer> {
  try {
    return path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    if (error instanceof RangeError) throw tooLong(name, 'more than 2,147,483,647');
    throw faultOf(path, error);
  }
}

const tooLong = (name: string, bytes: string): CharrnnError =>
  new CharrnnError(
    `${name}: ${bytes} bytes, more than the ${formatCount(LONGEST)} that can be read; give a part of it`,
  );
