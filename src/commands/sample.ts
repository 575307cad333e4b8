import { randomInt } from 'node:crypto';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { type SamplingOptions, samplingOptions as table } from '../options/sampling-options.js';
import type { Given } from '../sampling/given.js';
import { piecesOf } from '../sampling/parallel-sample.js';
import { type Unknown, unknownOf } from '../sampling/prime.js';
import { noveltyOf } from '../sampling/sample.js';
import { say } from '../terminal/messages.js';
import { writeSampled } from '../terminal/sampled-text.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { readText } from '../text/decode.js';
import { readVectors } from '../text/vector-files.js';
import type { Handler } from './command.js';
import { type Conflicts, refuseConflicts, valuesOf } from './values.js';

/** Beam width of `--best`. */
const BEST = 16;

const drawing = ['temperature', 'topK', 'topP', 'minP', 'seed', 'count', 'unique', 'novel'];
const conflicts: Conflicts = {
  beam: drawing,
  best: ['beam', ...drawing],
  primeFile: ['prime'],
  null: ['separator'],
  json: ['separator', 'null', 'color', 'raw'],
};

export const sample: Handler = async ({ words, typed }) => {
  const [path] = words.checkpoint;
  const options = valuesOf(table, typed);
  refuseConflicts(conflicts, typed);
  if (options.keepStop && options.stop.length === 0) throw new CharrnnError('--keep-stop: needs --stop', 2);
  const fromInput = [path, options.primeFile, options.novel].filter((file) => file === '-');
  if (fromInput.length > 1) throw new CharrnnError('-: standard input can be read only once; give a file', 2);

  exitOnInterrupt();
  const { prime, separator, ...texts } = await sampleTexts(options);
  const checkpoint = await loadCheckpoint(path, 'model');
  const given = await readGiven(checkpoint, options.given);
  const beam = options.best ? BEST : options.beam;
  const seed = options.seed ?? randomInt(table.seed.to);
  const isDrawn = beam === undefined && options.temperature > 0;
  const { json, color, raw, noEcho } = options;
  const onNotice = (message: string): void => say(message);
  const request = { ...options, ...texts, given, prime, beam, seed, probabilities: json || color, onNotice };
  const pieces = piecesOf(checkpoint, request);
  if (options.seed === undefined && isDrawn) say(`seed ${seed}`);
  await writeSampled(pieces, { prime: noEcho ? '' : prime, separator, json, color, raw });
  return 0;
};

/** Reads the file that the option names if the model begins from vectors. @throws CharrnnError when it cannot be read */
async function readGiven({ model }: Checkpoint, given: string | undefined): Promise<Given | undefined> {
  const isFile = model.task?.name === 'describe' && model.task.features !== undefined;
  return given !== undefined && isFile ? readVectors(given) : given;
}

export interface SampleTexts {
  readonly prime: string;
  readonly unknown: Unknown;
  readonly stop: readonly string[];
  /** Written after each text. If undefined, a line feed is added to a text that does not end with one. */
  readonly separator: string | undefined;
  readonly novel: ((text: string) => boolean) | undefined;
}

/** @throws CharrnnError when an escape is unknown, or a file cannot be read or is not UTF-8 */
export async function sampleTexts(options: SamplingOptions): Promise<SampleTexts> {
  const read = (name: string, text: string): string => (options.escape ? unescaped(name, text) : text);
  const unknown = unknownOf(options.unknown);
  const stop = options.stop.map((text) => read('stop', text));
  const prime = read('prime', options.prime);
  const separator = options.separator === undefined ? undefined : read('separator', options.separator);
  const { primeFile, novel, count } = options;
  return {
    ...{ unknown, stop },
    prime: primeFile === undefined ? prime : await readText(primeFile),
    // Nothing is added after a single text.
    separator: options.null ? '\0' : (separator ?? (count === 1 ? '' : undefined)),
    novel: novel === undefined ? undefined : noveltyOf(await readText(novel)),
  };
}

const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

/**
 * Replaces the escapes `\n`, `\r`, `\t`, `\\` and `\u{1f600}` in a text.
 * @param name name of the option, for the message
 * @throws CharrnnError (exit code 2) at any other escape
 */
export function unescaped(name: string, text: string): string {
  return text.replace(/\\(u\{([0-9a-f]{1,6})\}|.?)/gisu, (found, what: string, hex?: string) => {
    const codePoint = hex === undefined ? -1 : Number.parseInt(hex, 16);
    const isCharacter = codePoint >= 0 && codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
    const meant = isCharacter ? String.fromCodePoint(codePoint) : simple[what];
    if (meant !== undefined) return meant;
    const allowed = '\\n, \\r, \\t, \\\\ or \\u{1f600}';
    throw new CharrnnError(`--${name}: ${found} is not an escape; with --escape it must be ${allowed}`, 2);
  });
}
