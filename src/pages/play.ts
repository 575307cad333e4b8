import { readFile } from 'node:fs/promises';
import { base64Pieces } from '../checkpoint/base64.js';
import type { Checkpoint, NamedArray } from '../checkpoint/checkpoint.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError, line, option } from '../errors.js';
import { halfBits, halfValue, LARGEST_HALF } from '../exchange/half.js';
import { formatBytes } from '../format.js';
import { Vocabulary } from '../text/vocabulary.js';
import { pageDocument } from './document.js';
import type { PlayData, PlaySettings, Precision, RoundingCost } from './play-data.js';
import type { ModelCard } from './report-data.js';

/** The largest weights that a page holds, in bytes: the base64 of more may be too long for a browser's string. */
const MOST_BYTES = 2 ** 28;

export interface PlayRequest {
  /** The name of the checkpoint, for messages and for the page. */
  readonly name: string;
  readonly title: string;
  readonly checkpoint: Checkpoint;
  readonly precision: Precision;
  readonly card: ModelCard;
  readonly settings: PlaySettings;
}

/**
 * Checks, before the work starts, that a page can write with a model.
 * @throws CharrnnError
 */
export function checkPlayable({ name, checkpoint, precision, settings }: Omit<PlayRequest, 'card' | 'title'>): void {
  requireTask(checkpoint, ['text'], name);
  new Vocabulary(checkpoint.vocabulary).encode(settings.prime, line`${option('prime')}`);
  const size = checkpoint.parameters.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = size * (precision === 'half' ? 2 : 4);
  if (bytes > MOST_BYTES) {
    const numbers = `its weights take ${formatBytes(bytes)}, more than the ${formatBytes(MOST_BYTES)} that a page can hold`;
    if (precision === 'half') throw new CharrnnError(`${name}: ${numbers}; use a smaller model`);
    throw new CharrnnError(line`${name}: ${numbers}; give ${option('precision')} half`);
  }
}

/**
 * Returns a checkpoint with weights rounded to half precision.
 * @throws CharrnnError if one of them is too large for it
 */
export function roundedToHalf(checkpoint: Checkpoint, name: string): Checkpoint {
  const parameters = checkpoint.parameters.map((parameter): NamedArray => {
    const values = parameter.values.map((value) => halfValue(halfBits(value)));
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index < 0) return { ...parameter, values };
    const fault = `${parameter.name} has ${Number(parameter.values[index].toPrecision(4))}, half precision ends at ${LARGEST_HALF}`;
    throw new CharrnnError(line`${name}: ${fault}; leave out ${option('precision')}`);
  });
  return { model: checkpoint.model, vocabulary: checkpoint.vocabulary, parameters };
}

/** What a page that writes holds. @param cost what the rounding costs, if it was measured */
export function playData({ checkpoint, ...request }: PlayRequest, cost: RoundingCost | null): PlayData {
  const { model, vocabulary, parameters } = checkpoint;
  const { name, title, precision, card, settings } = request;
  return {
    ...{ title, name, model, vocabulary },
    parameters: parameters.map(({ name, shape }) => ({ name, shape })),
    weights: encoded(parameters, precision),
    ...{ precision, cost, card, settings },
  };
}

function encoded(parameters: readonly NamedArray[], precision: Precision): string {
  const all = new Float32Array(parameters.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of parameters) {
    all.set(values, at);
    at += values.length;
  }
  if (precision === 'single') return [...base64Pieces(all)].join('');
  const bytes = new DataView(new ArrayBuffer(2 * all.length));
  all.forEach((value, i) => {
    bytes.setUint16(2 * i, halfBits(value), true);
  });
  return Buffer.from(bytes.buffer).toString('base64');
}

/** The page, in pieces. */
export async function playPage(data: PlayData): Promise<Generator<string>> {
  const [program, styles] = await Promise.all(
    ['play-page.js', 'play-page.css'].map((name) => readFile(new URL(`./browser/${name}`, import.meta.url), 'utf8')),
  );
  return pageDocument({
    ...{ title: data.title, body: '<main id="play"></main>', styles, program, data },
    ...{ hasKernels: true, purpose: 'writes' },
  });
}
