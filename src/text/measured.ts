import type { Encoding } from '../options.js';
import { changed } from './corpus.js';
import { decode } from './decode.js';
import type { Source } from './sources.js';
import { allocate, type Tokens, write } from './tokens.js';
import type { Vocabulary } from './vocabulary.js';

/** A text that a model is measured on, which may have characters that it does not know. */
export interface MeasuredText {
  readonly name: string;
  /** Characters, that is code points, the unknown ones among them. */
  readonly characters: number;
  readonly unknown: number;
  /** What the model reads: an unknown character is the unknown symbol or, where there is none, left out. Shared memory. */
  readonly tokens: Tokens;
  /** So many of the first tokens are not counted. */
  readonly warmUp: number;
  /** Unknown characters that were left out and are counted. */
  readonly leftOut: number;
}

/**
 * Reads one text, twice and in pieces, so that only its tokens are in memory.
 * @param warmUp characters at its beginning that are not counted
 * @throws CharrnnError when it cannot be read, or is invalid in this encoding
 */
export async function readMeasured(
  { name, read }: Source,
  encoding: Encoding,
  vocabulary: Vocabulary,
  warmUp: number,
): Promise<MeasuredText> {
  const isKnown = (codePoint: number): boolean => vocabulary.indexOf(codePoint) >= 0;
  let characters = 0;
  let unknown = 0;
  let unknownInWarmUp = 0;
  for await (const codePoints of decode(read(), encoding, name)) {
    for (let i = 0; i < codePoints.length; i++) {
      if (isKnown(codePoints[i])) continue;
      unknown++;
      if (characters + i < warmUp) unknownInWarmUp++;
    }
    characters += codePoints.length;
  }
  const leavesOut = !vocabulary.unknown;
  const tokens = allocate(leavesOut ? characters - unknown : characters, vocabulary.size);
  let at = 0;
  for await (const all of decode(read(), encoding, name)) {
    const codePoints = leavesOut && unknown > 0 ? all.filter(isKnown) : all;
    if (at + codePoints.length > tokens.length || !write(codePoints, vocabulary, tokens, at)) throw changed(name);
    at += codePoints.length;
  }
  if (at !== tokens.length) throw changed(name);
  return {
    ...{ name, characters, unknown, tokens },
    warmUp: warmUp - (leavesOut ? unknownInWarmUp : 0),
    leftOut: leavesOut ? unknown - unknownInWarmUp : 0,
  };
}
