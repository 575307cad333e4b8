import { CharrnnError } from '../errors.js';
import { formatCount, formatMemory } from '../format.js';
import type { Source } from './sources.js';

const LINE_FEED = 10;

/** The longest line in bytes. */
const LONGEST = 64 * 1024 * 1024;

/** Lines of a block at most, so that there is work for every thread. */
const MOST_LINES = 1024;

/** Lines that came together. */
export interface LineBlock {
  readonly source: string;
  /** Number of the first line in its source, from 1. */
  readonly first: number;
  /** The lines, without their line feeds, byte for byte. */
  readonly lines: readonly Uint8Array[];
  /** Whether the last line ends in a line feed, as all others do. */
  readonly isTerminated: boolean;
}

/**
 * The lines of some texts, one behind the other, as soon as they are there: what is read at a time is a block, but for
 * the line that it cuts through, or several. An empty line is a line; so is a last one without a line feed.
 *
 * @throws CharrnnError at a line of more than 64 MiB
 */
export async function* linesOf(sources: Iterable<Source>): AsyncGenerator<LineBlock> {
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
        throw new CharrnnError(`${source}: ${line}; break it up, or measure the whole with eval`);
      }
      if (lines.length > 0) yield { source, first, lines, isTerminated: true };
      first += lines.length;
    }
    if (rest.length > 0) yield { source, first, lines: [Buffer.concat(rest)], isTerminated: false };
  }
}
