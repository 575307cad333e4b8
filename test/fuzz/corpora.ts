// Bytes given as a corpus: text, near-text and binary data, in any chunks.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CharrnnError } from '../../src/errors.js';
import { type Encoding, encodings } from '../../src/options/training-options.js';
import { type Corpus, type CorpusSettings, readCorpus } from '../../src/text/corpus.js';
import { decode } from '../../src/text/decode.js';
import { UNKNOWN_CHARACTER, Vocabulary } from '../../src/text/vocabulary.js';
import { temporaryFolder } from '../temporary-folder.js';
import { inChunks, mutateBytes } from './bytes.js';
import type { Target } from './cases.js';
import type { Dice } from './dice.js';

interface Input {
  readonly bytes: Buffer;
  readonly encoding: Encoding;
  readonly minCount: number;
  /** The characters of the model that reads the text. */
  readonly known: string | undefined;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const valid = [
  'a',
  'abc',
  'é',
  'ß€',
  '中文',
  '😀',
  '👩‍💻',
  '\u0301',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '\u{10ffff}',
  '\u2028',
];
const controls = ['\n', '\r', '\r\n', '\r\r\n', '\0', '\t', '\u001b[31m', '\u007f', '\u0085', '\u202e', '\ud7ff\ue000'];
const invalid = [
  ...['c0 80', 'c1 bf', 'e0 80 80', 'e0 9f bf', 'f0 80 80 80', 'f0 8f bf bf'], // overlong
  ...['ed a0 80', 'ed bf bf', 'ed a0 bd ed b8 80'], // surrogates, alone and as CESU-8 pairs them
  ...['f4 90 80 80', 'f5 80 80 80', 'f8 88 80 80 80', 'fc 84 80 80 80 80', 'ff', 'fe'], // beyond Unicode
  ...['80', 'bf bf', 'c3', 'e2 82', 'f0 9f 98', 'c3 28', 'e2 28 a1'], // parts of characters
].map(hex);
const marks = ['ef bb bf', 'ef bb', 'ff fe', 'fe ff', 'ff fe 00 00', '2b 2f 76'].map(hex);

/** A piece of text, well-formed more often than not. */
function piece(dice: Dice): Uint8Array {
  const kind = dice.below(40);
  if (kind === 0) return dice.pick(invalid);
  if (kind === 1) return dice.bytes(dice.between(1, 20));
  if (kind === 2) return Buffer.from('héllo', 'utf16le');
  if (kind === 3) return dice.pick(marks);
  if (kind < 16) return Buffer.from(dice.pick(controls));
  return Buffer.from(dice.pick(valid).repeat(dice.pick([1, 1, 2, 30])));
}

function make(dice: Dice): Input {
  let bytes: Buffer = Buffer.concat(dice.several(0, 12, () => piece(dice)));
  if (dice.oneIn(4)) bytes = Buffer.concat([dice.pick(marks), bytes]);
  if (dice.oneIn(20)) bytes = Buffer.from(bytes.toString(), 'utf16le');
  if (dice.oneIn(100)) bytes = Buffer.concat(Array<Buffer>(200).fill(bytes));
  if (dice.oneIn(4)) bytes = mutateBytes(bytes, dice, Buffer.concat([dice.pick(invalid), bytes]));
  const known = dice.oneIn(4) ? dice.several(1, 5, () => dice.pick([...valid, ...controls])).join('') : undefined;
  return { bytes, encoding: encodings[dice.oneIn(8) ? 1 : 0], minCount: dice.pick([1, 1, 2, 5, 1e9]), known };
}

/** The text according to the Encoding Standard, or undefined if it is invalid. */
function expected({ bytes, encoding }: Input): string | undefined {
  if (encoding === 'latin1') return bytes.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function decoded({ bytes, encoding }: Input, dice: Dice): Promise<string> {
  let text = '';
  for await (const codePoints of decode(inChunks(bytes, dice), encoding, 'case')) {
    for (const codePoint of codePoints) text += String.fromCodePoint(codePoint);
  }
  return text;
}

/** The value, or the error that refuses it. */
const outcomeOf = <T>(reading: Promise<T>): Promise<T | CharrnnError> =>
  reading.catch((error: unknown) => {
    if (error instanceof CharrnnError) return error;
    throw error;
  });

async function check(input: Input, dice: Dice): Promise<string> {
  const text = await outcomeOf(decoded(input, dice));
  const again = await outcomeOf(decoded(input, dice));
  assert.deepEqual(again, text, 'other chunks, other text');
  const right = expected(input);
  assert.equal(text instanceof CharrnnError ? undefined : text, right, 'not what the Encoding Standard says');
  if (!dice.oneIn(16)) {
    if (text instanceof CharrnnError) throw text;
    return 'decoded';
  }
  const corpus = await outcomeOf(read(input, dice));
  const other = await outcomeOf(read(input, dice));
  assert.deepEqual(other, corpus, 'other chunks, another corpus');
  if (dice.oneIn(5)) await checkFiles(input, corpus, dice);
  if (corpus instanceof CharrnnError) throw corpus;
  checkCorpus(corpus, right ?? '');
  return 'read';
}

function settingsOf({ encoding, minCount, known }: Input): [options: Parameters<typeof readCorpus>[1], CorpusSettings] {
  const codePoints = Array.from(new Set(known), (character) => character.codePointAt(0) ?? 0).sort((a, b) => a - b);
  const vocabulary = known ? new Vocabulary({ codePoints, unknown: minCount > 1 }) : undefined;
  return [{ encoding, minCount }, { vocabulary }];
}

/** Unlike `inChunks`, standard input does not reuse the memory of its pieces, so each is a copy here. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}

function read(input: Input, dice: Dice): Promise<Corpus> {
  const [options, settings] = settingsOf(input);
  return readCorpus(['-'], options, { ...settings, stdin: copies(inChunks(input.bytes, dice)) });
}

/** Checks that the tokens decode to the text. */
function checkCorpus({ tokens, vocabulary, length, unknownCharacters }: Corpus, text: string): void {
  const characters = Array.from(text);
  assert.equal(length, characters.length);
  assert.equal(tokens.length, length);
  let unknown = 0;
  characters.forEach((character, i) => {
    const token = vocabulary.characterOf(tokens[i]);
    if (token === character && !(vocabulary.unknown && tokens[i] === 0)) return;
    assert.equal(token, UNKNOWN_CHARACTER);
    unknown++;
  });
  assert.equal(unknown, unknownCharacters);
}

/** Checks that a file is read like standard input; its folder, too, is read or refused. */
async function checkFiles(input: Input, corpus: Corpus | CharrnnError, dice: Dice): Promise<void> {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, `case${dice.pick(['', '\n', '\u001b[2J', '\u202e'])}.txt`);
  try {
    writeFileSync(path, input.bytes);
    const [options, settings] = settingsOf(input);
    const found = await outcomeOf(readCorpus([path], options, settings));
    const isRefused = (outcome: Corpus | CharrnnError): boolean => outcome instanceof CharrnnError;
    assert.equal(isRefused(found), isRefused(corpus), `${found}, from standard input ${corpus}`);
    if (!(found instanceof CharrnnError) && !(corpus instanceof CharrnnError))
      assert.equal(found.sha256, corpus.sha256);
    await outcomeOf(readCorpus([folder], options, settings));
  } finally {
    remove();
  }
}

export const corpora: Target<Input> = { name: 'corpora', isQuoted: false, make, check, bytes: ({ bytes }) => bytes };
