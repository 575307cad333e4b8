import { CharrnnError } from '../errors.js';
import { formatCount, formatMemory } from '../format.js';
import type { Encoding } from '../options/training-options.js';
import type { Source } from './sources.js';

/** The code point, and the byte, that ends a line. */
export const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Maximum length of a line in bytes. */
const LONGEST = 64 * 1024 * 1024;

/** Maximum number of lines in a block, so that there is work for every thread. */
const MOST_LINES = 1024;

/** Consecutive lines that were read together. */
export interface LineBlock {
  readonly source: string;
  /** Number of the first line in its source, counted from 1. */
  readonly first: number;
  /** The lines, without their line feeds, byte for byte. */
  readonly lines: readonly Uint8Array[];
  /** Whether the last line ends in a line feed, as all others do. */
  readonly isTerminated: boolean;
}

/**
 * Yields the lines of the sources, one source after another, as soon as they arrive. Each piece that is read yields its
 * complete lines, in one block or more. An empty line counts as a line; so does a last line without a line feed.
 *
 * @param remedy for a line that is too long
 * @throws CharrnnError at a line longer than 64 MiB
 */
export async function* linesOf(
  sources: Iterable<Source>,
  remedy = 'break it up, or measure the whole text with eval',
): AsyncGenerator<LineBlock> {
  for (const { name: source, read } of sources) {
    let first = 1;
    let rest: Uint8Array[] = [];
    let restBytes = 0;
    for await (const piece of read()) {
      let lines: Uint8Array[] = [];
      let from = 0;
      for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, from)) {
        const end = piece.subarray(from, at);
        lines.push(rest.length === 0 ? end : Buffer.concat([...rest, end]));
        rest = [];
        restBytes = 0;
        from = at + 1;
        if (lines.length < MOST_LINES) continue;
        yield { source, first, lines, isTerminated: true };
        first += lines.length;
        lines = [];
      }
      if (from < piece.length) rest.push(piece.subarray(from));
      restBytes += piece.length - from;
      if (restBytes > LONGEST) {
        const line = `line ${formatCount(first + lines.length)} is longer than ${formatMemory(LONGEST)}`;
        throw new CharrnnError(`${source}: ${line}; ${remedy}`);
      }
      if (lines.length > 0) yield { source, first, lines, isTerminated: true };
      first += lines.length;
    }
    if (rest.length > 0) yield { source, first, lines: [Buffer.concat(rest)], isTerminated: false };
  }
}

/** Yields each line as bytes, with a line feed. @throws CharrnnError (exit code 2) at a line that contains one */
export async function* bytesOfLines(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.includes('\n')) throw new CharrnnError(`line ${number}: contains a line feed; split it`, 2);
    yield Buffer.from(`${line}\n`);
  }
}

/** Lines for another thread: their concatenated bytes, and where each line ends. */
export interface PackedLines {
  readonly bytes: Uint8Array;
  readonly ends: Int32Array;
}

export function packed(lines: readonly Uint8Array[]): PackedLines {
  let end = 0;
  const ends = Int32Array.from(lines, ({ length }) => {
    end += length;
    return end;
  });
  return { bytes: Buffer.concat(lines), ends };
}

/** The inverse of `packed`. */
export const unpacked = ({ bytes, ends }: PackedLines): Uint8Array[] =>
  Array.from(ends, (end, i) => bytes.subarray(ends[i - 1] ?? 0, end));

/**
 * Returns a line as examples are read: without the carriage return of a Windows line end, or the byte-order mark of a
 * file.
 * @param isFirst whether the line is the first of its file
 */
export function exampleLine(bytes: Uint8Array, isFirst: boolean, encoding: Encoding): Uint8Array {
  const isMarked = isFirst && encoding === 'utf8' && BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte);
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(isMarked ? BYTE_ORDER_MARK.length : 0, end);
}
