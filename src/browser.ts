// The library for a browser: what the commands compute, without Node. Every text and every weight is, to the last bit,
// what the command line computes on WebAssembly.

import type { Checkpoint } from './checkpoint/checkpoint.js';
import { checkpointText } from './checkpoint/checkpoint-text.js';
import { readCheckpoint } from './checkpoint/read-stream.js';
import { requireTask } from './checkpoint/tasks.js';
import { CharrnnError, textOf } from './errors.js';
import { auto } from './kernels/backend.js';
import { canShareMemory, prepareKernels } from './kernels/browser-host.js';
import { LN2 } from './mathematics.js';
import { create, forReading, type Instance, layOut } from './model/instance.js';
import { checkMembers, type Given } from './options/option.js';
import { samplingOptions } from './options/sampling-options.js';
import type {
  DataConfig,
  ModelConfig,
  OptimizerConfig,
  PresetName,
  RunConfig,
  ScheduleConfig,
} from './options/training-options.js';
import { drawnFor, drawPieces, type SampleOptions } from './sampling/sample.js';
import { LINE_BATCH, LONG_LINE_BATCH, SingleLines, TextReader } from './scoring/line-scorer.js';
import type { BatchShape } from './text/streams.js';
import { Vocabulary } from './text/vocabulary.js';
import { Trainer } from './training/trainer.js';

export type { Checkpoint, NamedArray } from './checkpoint/checkpoint.js';
export { CharrnnError } from './errors.js';
export type { Trainer } from './training/trainer.js';

/** Milliseconds that a call may compute before the page has its turn. */
const SLICE = 12;

/** Lets the page draw and answer, unless it did just before. */
class Turns {
  private since = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.since < SLICE) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.since = performance.now();
  }
}

/**
 * Reads a checkpoint and checks it, as it arrives: `await loadCheckpoint(await fetch('model.json'))`.
 * @param source a response, a blob or a file, bytes, or the text of the file
 * @throws CharrnnError in one line about the first fault
 */
export async function loadCheckpoint(
  source: Response | Blob | ArrayBuffer | Uint8Array | string,
  name = 'the checkpoint',
): Promise<Checkpoint> {
  await prepareKernels();
  const response = source instanceof Response ? source : new Response(source);
  const { body } = response;
  if (!response.ok || body === null) throw new Error(`${name}: the server answers ${response.status}`);
  return readCheckpoint(name, chunksOf(body), Number(response.headers.get('content-length') ?? 0), 'record');
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** The text of a checkpoint's file, for a download: the command line reads it. */
export const saveCheckpoint = (checkpoint: Checkpoint): Blob =>
  new Blob([...checkpointText(checkpoint)], { type: 'application/json' });

export interface SampleRequest
  extends Partial<Omit<SampleOptions, 'backend' | 'given' | 'unique' | 'novel' | 'onNotice'>> {
  /** A label, for a model of the task `describe`. */
  readonly given?: string | undefined;
}

/**
 * Yields the text that a model writes, in pieces of a few characters. Without a seed, each call yields another text.
 * @throws CharrnnError (as a rejection)
 */
export async function* sample(checkpoint: Checkpoint, request: SampleRequest = {}): AsyncGenerator<string> {
  checkMembers(samplingOptions, { ...request, unknown: undefined });
  await prepareKernels();
  const { prime = '', temperature = 1, seed = newSeed(), ...others } = request;
  const turns = new Turns();
  for (const { text } of drawPieces(checkpoint, drawnFor(checkpoint, { ...others, prime, temperature, seed }))) {
    if (text !== '') yield text;
    await turns.take();
  }
}

const newSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0];

export interface ScoredText {
  readonly text: string;
  /** Bits of the whole line, including its end. */
  readonly bits: number;
  readonly bitsPerCharacter: number;
  /** Number of characters counted. */
  readonly characters: number;
  /** Bits of each character, then of the line end; NaN for what nothing predicts. */
  readonly details: Float64Array;
}

/**
 * Scores how surprising each line is, by itself, in the order of the lines.
 * @param lines without their line feeds
 * @throws CharrnnError (as a rejection)
 */
export async function* score(
  checkpoint: Checkpoint,
  lines: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<ScoredText> {
  requireTask(checkpoint, ['text']);
  await prepareKernels();
  const { model: shape, parameters } = checkpoint;
  const instance = (batch: BatchShape): Instance =>
    create(layOut({ backend: auto, shape, settings: forReading(batch) }), parameters);
  const [together, alone] = [LINE_BATCH, LONG_LINE_BATCH].map((batch) => new TextReader(instance(batch)));
  const scorer = new SingleLines(together, alone, new Vocabulary(checkpoint.vocabulary));
  const turns = new Turns();
  for await (const text of lines) {
    const codePoints = Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0);
    const [nats] = scorer.score([codePoints]);
    const counted = nats.filter((value) => value >= 0);
    const bits = counted.reduce((sum, value) => sum + value, 0) / LN2;
    const characters = counted.length;
    const details = nats.map((value) => value / LN2);
    yield { text, bits, bitsPerCharacter: characters === 0 ? 0 : bits / characters, characters, details };
    await turns.take();
  }
}

/** A training run on a text. What is not given is chosen for the text, as by the command line. */
export interface TrainRequest extends Given<RunConfig> {
  readonly model?: Given<ModelConfig> | undefined;
  readonly data?: Given<DataConfig> | undefined;
  readonly optimizer?: Given<OptimizerConfig> | undefined;
  readonly schedule?: Given<ScheduleConfig> | undefined;
  readonly preset?: PresetName | undefined;
  readonly recipe?: boolean | undefined;
  /** Worker threads, in a page that is isolated from others. Without any, each step is computed by the calling thread. */
  readonly threads?: number | undefined;
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * Prepares to train on a text: one `await trainer.step()` after another, until it returns undefined. Without threads, use
 * it in a worker, or let the page have its turn between steps.
 * @throws CharrnnError (as a rejection)
 */
export async function createTrainer(text: string, request: TrainRequest = {}): Promise<Trainer> {
  await prepareKernels();
  const { model = {}, data = {}, optimizer = {}, schedule = {}, preset, recipe, threads, onNotice, ...run } = request;
  if (threads !== undefined && !canShareMemory()) {
    throw new CharrnnError(
      `threads ${threads}: need a page that is served with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp; leave threads out`,
      2,
    );
  }
  return Trainer.start(text, {
    ...{ given: { model, data, optimizer, schedule, run }, preset, recipe, threads, backend: auto },
    onNotice: (message) => onNotice?.(textOf(message)),
  });
}
