import { availableParallelism } from 'node:os';
import { backendsByName } from '../kernels/backend.js';
import { findBlas } from '../kernels/blas.js';
import { thisMachine } from '../machine.js';
import type { ModelShape } from '../model/shape.js';
import { alone } from '../parallel/team.js';
import { samplerBytes } from '../sampling/sampler.js';
import type { EngineSettings } from './engine.js';
import { type Beginning, begin } from './initialise-from.js';
import { assertFits, type MemoryPlan, planMemory, type Surroundings } from './memory.js';
import { layOutTraining } from './step.js';
import type { TrainRequest } from './train.js';

/** All that is known of a run before it begins. */
export interface Prepared {
  readonly beginning: Beginning;
  readonly settings: EngineSettings;
  readonly memory: MemoryPlan;
}

/**
 * Reads the corpus, and the checkpoint if the run begins with one, and settles what the engine is to compute.
 * @throws CharrnnError when something cannot be read, or the run does not fit into memory
 */
export async function prepare(request: TrainRequest): Promise<Prepared> {
  const { engine, onEvent } = request;
  const onNotice = (message: string, kind: 'adapted' | 'hint' = 'adapted'): void =>
    onEvent({ event: 'notice', kind, message });
  if (engine.backend === 'blas') findBlas(); // that it is missing is told before a long text is read
  assertSmallestFits(request);
  const beginning = await begin({ ...request, onNotice });
  const { corpus, parts, options, shape } = beginning;
  const settings = {
    // A worker without a stream of its own would only be waited for.
    threads: engine.threads ?? Math.min(availableParallelism(), options.batch),
    backend: engine.backend,
    shape,
    options,
    training: corpus.tokens.subarray(0, parts.training),
    validation: corpus.tokens.subarray(parts.training),
  };
  const memory = memoryOf(settings, {
    corpusBytes: corpus.tokens.byteLength,
    loadedBytes: beginning.loadedBytes,
    samplerBytes: request.sampleEvery > 0 ? samplerBytes(shape) : 0,
  });
  assertFits(memory, thisMachine(), onNotice);
  return { beginning, settings, memory };
}

/** A new model that is too large for any text is refused before a long one is read. */
function assertSmallestFits({ options, engine: { threads = 1, backend }, given, origin }: TrainRequest): void {
  if (origin.resume !== undefined || origin.initFrom !== undefined) return;
  const { cell, layers, hidden } = options;
  const batch = given.has('batch') ? options.batch : 1;
  const sequence = given.has('sequence') ? options.sequence : 1;
  const shape: ModelShape = { cell, layers, hidden, vocabulary: 2 };
  const sizes = { threads, backend, shape, options: { ...options, batch, sequence } };
  const memory = memoryOf(sizes, { corpusBytes: 0, loadedBytes: 0, samplerBytes: 0 });
  assertFits(memory, thisMachine(), () => {}, 'at least ');
}

type Sizes = Omit<EngineSettings, 'training' | 'validation'>;

/** The memory of a run: only laid out, nothing is allocated. */
function memoryOf(
  { threads, backend, shape, options }: Sizes,
  around: Omit<Surroundings, 'threads' | 'isValidated'>,
): MemoryPlan {
  const layout = layOutTraining(shape, options, backendsByName[backend], { ...alone, size: threads });
  return planMemory(layout, { threads, isValidated: options.validation > 0, ...around });
}
