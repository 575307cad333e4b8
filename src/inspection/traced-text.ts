import { CharrnnError, type Message } from '../errors.js';
import { formatCount, formatMemory, someOf } from '../format.js';
import { type Machine, thisMachine } from '../machine.js';
import type { Encoding } from '../options/training-options.js';
import { decode } from '../text/decode.js';
import { findSources } from '../text/sources.js';
import { type Tokens, tokensRead } from '../text/tokens.js';
import { Vocabulary, type VocabularyRecord } from '../text/vocabulary.js';

/** A text along which a network's units are looked at. */
export interface TracedText {
  /** Code points, with those that the network does not know. */
  readonly whole: Uint32Array;
  /** The code points that the network reads: without unknown ones if it has no symbol for them. */
  readonly read: Uint32Array;
  /** What the network reads for each. */
  readonly tokens: Tokens;
  /** Places in `whole` of what is read; undefined if that is all. */
  readonly places: Int32Array | undefined;
}

export interface TracedTextSettings {
  readonly vocabulary: VocabularyRecord;
  readonly encoding: Encoding;
  /** What `-` reads. Default: `process.stdin`. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
}

/** Bytes for each character of a text: code points, tokens and places. */
const BYTES = 4 + 4 + 4;

/**
 * Reads files, folders, globs or `-` as one text.
 * @throws CharrnnError if there is nothing in it, or it does not fit in memory
 */
export async function readTracedText(
  args: readonly string[],
  { vocabulary: record, encoding, stdin, onNotice }: TracedTextSettings,
  machine: Machine = thisMachine(),
): Promise<TracedText> {
  const sources = await findSources(args, { encoding, stdin, onNotice, isReadOnce: true });
  const pieces: Uint32Array[] = [];
  let length = 0;
  for (const source of sources) {
    for await (const codePoints of decode(source.read(), encoding, source.name)) {
      pieces.push(codePoints.slice());
      length += codePoints.length;
      if (length * BYTES <= machine.total) continue;
      const need = `more than ${formatCount(length)} characters need ${formatMemory(length * BYTES)}`;
      const fault = `the text does not fit in memory: ${need}, this machine has ${formatMemory(machine.total)}`;
      throw new CharrnnError(`${fault}; give a part of it`);
    }
  }
  const name = someOf(
    sources.map((source) => source.name),
    3,
  );
  if (length === 0) throw new CharrnnError(`${name}: empty; give a text with some characters`);
  const whole = new Uint32Array(length);
  for (let at = 0, i = 0; i < pieces.length; at += pieces[i++].length) whole.set(pieces[i], at);
  return tracedText(whole, record, name, onNotice);
}

/** Makes a text of code points. @param name of the text, for messages @throws CharrnnError if nothing of it is known */
export function tracedText(
  whole: Uint32Array,
  record: VocabularyRecord,
  name: string,
  onNotice: (message: Message) => void,
): TracedText {
  const { tokens, places } = tokensRead(whole, new Vocabulary(record));
  if (tokens.length === 0) throw new CharrnnError(`${name}: the model knows none of its characters; give another text`);
  if (places) {
    const left = formatCount(whole.length - places.length);
    onNotice(`left out ${left} of ${formatCount(whole.length)} characters: the model does not know them`);
  }
  const read = places ? Uint32Array.from(places, (place) => whole[place]) : whole;
  return { whole, read, tokens, places };
}
