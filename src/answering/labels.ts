import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { Message } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { inOrder, Workers } from '../parallel/workers.js';
import { type LineBlock, linesOf, packed } from '../text/lines.js';
import { findSources } from '../text/sources.js';
import { type FilmBlock, filmsOf } from './film-lines.js';
import { LABEL_BATCH } from './label-reader.js';
import type { LabelData, LabelProcedures, LineLabels } from './label-worker.js';

/** The answer when no label is probable enough. */
export const UNSURE = 'unsure';

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

export interface LabelledLine {
  readonly source: string;
  /** Line number in the source, from 1. */
  readonly number: number;
  /** The line as it was read, without its line feed. */
  readonly bytes: Uint8Array;
  /** The most probable label, or `UNSURE` below the threshold. */
  readonly label: string;
  /** The most probable labels, best first; equals in the order of the labels. */
  readonly best: readonly LabelProbability[];
  /** Number of characters that the model does not know. */
  readonly unknown: number;
}

export interface LabelRequest {
  /** A checkpoint of the task label. */
  readonly checkpoint: Checkpoint;
  /** Files, folders, globs or `-`. */
  readonly files: readonly string[];
  /** Number of labels to return for each line; all if not given. */
  readonly top: number | undefined;
  /** Probability below which the answer is `UNSURE`. */
  readonly threshold: number;
  readonly encoding: Encoding;
  /** Default: the available cores. Does not affect the result. */
  readonly threads: number | undefined;
  readonly backend: BackendName;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
}

/**
 * Labels every line of some texts in order, a block of lines at a time. Memory use does not grow with the texts. If the
 * model labels films, a line is the path of one.
 * @throws CharrnnError
 */
export async function* labelLines(request: LabelRequest): AsyncGenerator<LabelledLine[]> {
  const { files, encoding, stdin, onNotice, threads = availableParallelism() } = request;
  const data = dataOf(request);
  // Each worker computes in a memory of its own.
  const ownData = (): LabelData => ({ ...data, memory: memoryFor(request) });
  const sources = await findSources(files, { encoding, stdin, onNotice, isReadOnce: true });
  const workers = new Workers<LabelProcedures>(new URL('./label-worker.js', import.meta.url), threads, ownData);
  try {
    const labelled = (block: LineBlock, labels: LineLabels): LabelledLine[] =>
      labelledLines(block, labels, data, request.threshold);
    const { features } = data.shape.task ?? {};
    if (features === undefined) {
      const work = async (block: LineBlock): Promise<LabelledLine[]> =>
        labelled(block, await workers.any('label', { ...packed(block.lines), isStart: block.first === 1 }));
      yield* inOrder(linesOf(sources), work, 2 * threads);
    } else {
      const work = async (block: FilmBlock): Promise<LabelledLine[]> =>
        labelled(block, await workers.any('labelFilms', block.films));
      yield* inOrder(filmsOf(sources, features, encoding), work, 2 * threads);
    }
  } finally {
    await workers.close();
  }
}

function dataOf({ checkpoint, top, encoding, backend }: LabelRequest): Omit<LabelData, 'memory'> {
  const { model: shape, vocabulary, training } = checkpoint;
  const labels = shape.task?.labels ?? [];
  return {
    ...{ shape, vocabulary, backend },
    reading: { encoding, truncate: training?.config.task?.truncate },
    most: Math.min(top ?? labels.length, labels.length),
  };
}

function memoryFor({ checkpoint, backend }: LabelRequest): WebAssembly.Memory {
  const { model: shape, parameters } = checkpoint;
  const use = { backend: backendsByName[backend], shape, settings: forReading(LABEL_BATCH) };
  return sharedMemory(layOut(use), parameters);
}

function labelledLines(
  { source, first, lines }: LineBlock,
  { labels, probabilities, unknown }: LineLabels,
  { shape, most: K }: Pick<LabelData, 'shape' | 'most'>,
  threshold: number,
): LabelledLine[] {
  const names = shape.task?.labels ?? [];
  return lines.map((bytes, i) => {
    const best = Array.from({ length: K }, (_, k) => ({
      label: names[labels[i * K + k]],
      probability: probabilities[i * K + k],
    }));
    const label = best[0].probability < threshold ? UNSURE : best[0].label;
    return { source, number: first + i, bytes, label, best, unknown: unknown[i] };
  });
}
