import { availableParallelism } from 'node:os';
import { backendsByName } from '../kernels/backend.js';
import { thisMachine } from '../machine.js';
import type { ModelShape } from '../model/shape.js';
import { alone } from '../model/team.js';
import type { CorpusOptions, TrainingOptions } from '../options.js';
import { samplerBytes } from '../sampling/sampler.js';
import { type Corpus, readCorpus } from '../text/corpus.js';
import { someOf } from '../text/faults.js';
import { fit as fitBatch, split } from '../text/streams.js';
import type { EngineSettings } from '../threads/engine.js';
import { layOutTraining } from './layout.js';
import { type MemoryPlan, planMemory } from './memory.js';
import { assertFits } from './room.js';
import type { TrainRequest } from './run.js';

/** Characters to train on, and held out behind them. */
export interface Parts {
  readonly training: number;
  readonly validation: number;
}

/** All that is known of a run before it begins. */
export interface Prepared {
  readonly corpus: Corpus;
  readonly parts: Parts;
  /** As requested, the batch adapted to a small corpus. */
  readonly options: TrainingOptions & CorpusOptions;
  readonly settings: EngineSettings;
  readonly memory: MemoryPlan;
}

/**
 * Reads the corpus and settles what the engine is to compute.
 * @throws CharrnnError when the corpus cannot be read, or the run does not fit into memory
 */
export async function prepare(request: TrainRequest): Promise<Prepared> {
  const { corpus: sources, engine, given, onEvent } = request;
  const onNotice = (message: string): void => onEvent({ event: 'notice', kind: 'adapted', message });
  assertSmallestFits(request);
  const { cell, layers, hidden } = request.options;
  const corpus = await readCorpus(sources, request.options, { onNotice });
  const parts = split(corpus.length, request.options.validation, onNotice);
  const { batch, sequence } = fitBatch(someOf(sources, 3), parts.training, request.options, given, onNotice);
  const options = { ...request.options, batch, sequence };
  const shape: ModelShape = { cell, layers, hidden, vocabulary: corpus.vocabulary.size };
  const settings = {
    // A worker without a stream of its own would only be waited for.
    threads: engine.threads ?? Math.min(availableParallelism(), batch),
    backend: engine.backend,
    shape,
    options,
    training: corpus.tokens.subarray(0, parts.training),
    validation: corpus.tokens.subarray(parts.training),
  };
  const memory = memoryOf(settings, corpus.tokens.byteLength, request.sampleEvery > 0);
  assertFits(memory, thisMachine(), onNotice);
  return { corpus, parts, options, settings, memory };
}

/** A model that is too large for any text is refused before a long one is read. */
function assertSmallestFits({ options, engine: { threads = 1, backend }, given }: TrainRequest): void {
  const { cell, layers, hidden } = options;
  const batch = given.has('batch') ? options.batch : 1;
  const sequence = given.has('sequence') ? options.sequence : 1;
  const shape: ModelShape = { cell, layers, hidden, vocabulary: 2 };
  const memory = memoryOf({ threads, backend, shape, options: { ...options, batch, sequence } }, 0, false);
  assertFits(memory, thisMachine(), () => {}, 'at least ');
}

/** The memory of a run: only laid out, nothing is allocated. */
type Sizes = Omit<EngineSettings, 'training' | 'validation'>;

function memoryOf({ threads, backend, shape, options }: Sizes, corpusBytes: number, samples: boolean): MemoryPlan {
  const layout = layOutTraining(shape, options, backendsByName[backend], { ...alone, size: threads });
  return planMemory(layout, { threads, corpusBytes, samplerBytes: samples ? samplerBytes(shape) : 0 });
}
