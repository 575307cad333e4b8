import { setImmediate as turn } from 'node:timers/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, type Message } from '../errors.js';
import { formatCount, someOf } from '../format.js';
import type { Split } from '../options/measuring-options.js';
import type { Encoding } from '../options/training-options.js';
import { sample } from '../sampling/sample.js';
import { textsOf } from '../scoring/measured-texts.js';
import { decode } from '../text/decode.js';
import { findSources } from '../text/sources.js';
import { Vocabulary } from '../text/vocabulary.js';
import type { SampleData } from './report-data.js';

/** A text that a page shows. */
export interface ShownText {
  readonly name: string;
  readonly origin: string;
  readonly codePoints: Uint32Array;
  readonly isCut: boolean;
}

export interface TextRequest {
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  readonly split: Split;
  readonly encoding: Encoding;
  /** The longest text that is shown, in characters. */
  readonly most: number;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
}

/**
 * Reads the text to show, or its beginning: files one after another, or a part of the corpus of a training run.
 * @param checkpoint the run whose part is meant
 * @throws CharrnnError
 */
export async function readShownText(request: TextRequest, checkpoint: Checkpoint): Promise<ShownText> {
  const name = someOf(request.corpus, 3);
  const [codePoints, isCut] = await (request.split === 'all' ? firstOf(request) : partOf(request, checkpoint));
  if (codePoints.length === 0) throw new CharrnnError(`${name}: empty; give a text with some characters`);
  const count = `${formatCount(codePoints.length)} characters`;
  const part = request.split === 'validation' ? 'held out' : 'read';
  const of = request.split === 'all' ? name : `what the training run ${part} of ${name}`;
  return { name, origin: isCut ? `The first ${count} of ${of}.` : `${count} of ${of}.`, codePoints, isCut };
}

async function firstOf({ corpus, encoding, most, ...settings }: TextRequest): Promise<[Uint32Array, boolean]> {
  const pieces: Uint32Array[] = [];
  let length = 0;
  for (const { name, read } of await findSources(corpus, { encoding, ...settings })) {
    for await (const codePoints of decode(read(), encoding, name)) {
      // The decoder may overwrite a piece once the next one is requested.
      pieces.push(codePoints.slice(0, most - length));
      length += codePoints.length;
      if (length > most) return [joined(pieces), true];
    }
  }
  return [joined(pieces), false];
}

function joined(pieces: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function partOf({ most, ...request }: TextRequest, checkpoint: Checkpoint): Promise<[Uint32Array, boolean]> {
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const codePoints = Uint32Array.from(
    { length: vocabulary.size },
    (_, i) => vocabulary.characterOf(i).codePointAt(0) ?? 0,
  );
  for await (const { tokens } of textsOf({ ...request, checkpoint, warmUp: 0, onReading: () => {} })) {
    return [Uint32Array.from(tokens.subarray(0, most), (token) => codePoints[token]), tokens.length > most];
  }
  return [new Uint32Array(), false];
}

/** The temperatures of the samples, and their length in characters. */
const TEMPERATURES = [0.5, 0.8, 1.0];
const SAMPLE_LENGTH = 600;
/** Length of the text that a model writes for itself to read. */
const OWN_LENGTH = 5000;

/** Draws a text at each of three temperatures. */
export async function drawSamples(checkpoint: Checkpoint, seed: number): Promise<SampleData[]> {
  const samples: SampleData[] = [];
  for (const temperature of TEMPERATURES) {
    samples.push({ temperature, seed, text: await drawn(checkpoint, temperature, seed, SAMPLE_LENGTH) });
  }
  return samples;
}

/** Lets a model write the text that it reads where none is given. */
export async function drawShownText(checkpoint: Checkpoint, name: string, seed: number): Promise<ShownText> {
  const text = await drawn(checkpoint, 1, seed, OWN_LENGTH);
  const codePoints = Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const origin = `${formatCount(codePoints.length)} characters that ${name} wrote itself (seed ${seed}), because no text was given.`;
  return { name: 'sample', origin, codePoints, isCut: false };
}

/** Characters between two turns of the event loop, which signals need. */
const PIECE = 100;

async function drawn(checkpoint: Checkpoint, temperature: number, seed: number, length: number): Promise<string> {
  let text = '';
  let count = 0;
  for await (const piece of sample(checkpoint, { prime: '', temperature, seed, length })) {
    text += piece;
    if (++count % PIECE === 0) await turn();
  }
  return text;
}
