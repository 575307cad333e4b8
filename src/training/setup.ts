import { availableParallelism } from 'node:os';
import type { TrainingProgress } from '../checkpoint/checkpoint.js';
import { isCheckpoint } from '../checkpoint/target.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { counted, formatCount, someOf } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import { thisMachine } from '../machine.js';
import type { ModelShape } from '../model/shape.js';
import { defaultBackend, defaults, withGiven } from '../options/training-options.js';
import { alone, placed } from '../parallel/team.js';
import { samplerBytes } from '../sampling/sampler.js';
import { type Corpus, readCorpus } from '../text/corpus.js';
import { split } from '../text/streams.js';
import type { EngineSettings } from './engine.js';
import { type Prepared, prepareExamples } from './example-setup.js';
import { type Origin, originOf } from './initialise-from.js';
import { stepsOf } from './material.js';
import { assertFits, type MemoryPlan, planMemory, type Surroundings } from './memory.js';
import { corpusOf, type FollowedRequest, givenConfig, taskOf } from './request.js';
import { limits, refuseCompleted } from './schedule.js';
import { settledConfig } from './settled-config.js';
import { layOutTraining } from './step.js';

/** Everything that is known about a run before its first step. */
export interface Setup extends Pick<Prepared, 'config' | 'corpus' | 'parts' | 'material'> {
  readonly shape: ModelShape;
  /** The progress of a resumed run. */
  readonly resumed: TrainingProgress | undefined;
  readonly fill: Origin['fill'];
  /** What the engine computes. */
  readonly settings: EngineSettings;
  readonly memory: MemoryPlan;
}

/**
 * Reads the corpus, and the checkpoint if the run starts from one, and settles what the engine will compute.
 * @throws CharrnnError when something cannot be read or the run does not fit into memory
 */
export async function setUp(request: FollowedRequest): Promise<Setup> {
  const onNotice = (message: Message, kind: 'adapted' | 'hint' = 'adapted'): void =>
    request.onEvent({ event: 'notice', kind, message });
  const { backend = defaultBackend, sampleEvery = 0 } = request;
  backendsByName[backend].share(); // reports what is missing before reading a long text
  assertSmallestFits(request);
  if (!request.force) await refuseCheckpoints(corpusOf(request));
  const origin = await originOf(request);
  const taskConfig = origin.config ? origin.config.task : taskOf(request);
  const prepared = taskConfig
    ? await prepareExamples(request, origin, taskConfig, onNotice)
    : await prepareText(request, origin, onNotice);
  const { config, corpus, parts, material, task, sourceSequence } = prepared;
  origin.checkCorpus?.(corpus);
  const { resumed } = origin;
  const ranks = request.world?.size ?? 1;
  refuseIdleRanks(config.data.batch, ranks);
  if (resumed && (resumed.ranks ?? 1) !== ranks) onNotice(recut(resumed.ranks ?? 1, ranks), 'hint');
  const ends = limits(config.run, stepsOf(material, config.data));
  if (resumed) refuseCompleted(request.resume ?? '', resumed, ends);
  const { cell, layers, hidden } = config.model;
  const shape = { cell, layers, hidden, vocabulary: corpus.vocabulary.size, ...(task && { task }) };
  const settings = {
    // A worker without its own stream would only make the others wait.
    threads:
      request.threads ?? Math.min(request.world?.cores ?? availableParallelism(), Math.ceil(config.data.batch / ranks)),
    ...{ backend, shape, config, material, sourceSequence, ranks: request.world?.start },
  };
  const memory = memoryOf(settings, {
    corpusBytes: bytesOf(material),
    loadedBytes: origin.loadedBytes,
    samplerBytes: sampleEvery > 0 ? samplerBytes(shape) : 0,
  });
  assertFits(memory, thisMachine(), onNotice);
  return { config, corpus, parts, material, shape, resumed, fill: origin.fill, settings, memory };
}

/** What to say when a run is resumed by another number of ranks. */
function recut(before: number, now: number): string {
  const [former, others] = [before, now].map((count) => counted(count, 'rank'));
  return `trained by ${former} so far, by ${others} from here on: the carried states are shared out anew, and sums have another order`;
}

/** @throws CharrnnError (exit code 2) when there are more ranks than streams */
function refuseIdleRanks(batch: number, ranks: number): void {
  if (batch >= ranks) return;
  const fault = line`fewer streams than the ${formatCount(ranks)} ranks that share them; give at least ${ranks}, or start fewer`;
  throw new CharrnnError(line`${option('batch')} ${batch}: ${fault}`, 2);
}

/** @throws CharrnnError (exit code 2) when a text is a checkpoint, which was probably meant to be resumed */
async function refuseCheckpoints(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (!(await isCheckpoint(path))) continue;
    const ways = line`to resume it, give ${option('resume')} ${path} and its text; to train on its characters, add ${option('force')}`;
    throw new CharrnnError(line`${path}: is a charrnn checkpoint, not a text; ${ways}`, 2);
  }
}

/** Refuses a new model that is too large for any text, before a long one is read. */
function assertSmallestFits(request: FollowedRequest): void {
  if (request.resume !== undefined || request.initFrom !== undefined) return;
  const { batch = 1, sequence = 1 } = request.data ?? {};
  const { threads = 1, backend = defaultBackend } = request;
  const given = givenConfig(request);
  const config = withGiven(defaults, { ...given, data: { ...given.data, batch, sequence } });
  const { cell, layers, hidden } = config.model;
  const shape: ModelShape = { cell, layers, hidden, vocabulary: 2 };
  const memory = memoryOf({ threads, backend, shape, config }, { corpusBytes: 0, loadedBytes: 0, samplerBytes: 0 });
  assertFits(memory, thisMachine(), () => {}, 'at least ');
}

type OnNotice = (message: Message, kind?: 'adapted' | 'hint') => void;

async function prepareText(request: FollowedRequest, origin: Origin, onNotice: OnNotice): Promise<Prepared> {
  const corpus = await readText(request, origin, onNotice);
  const { config, parts } = settle(request, origin, corpus, onNotice);
  const { training } = parts;
  const { tokens } = corpus;
  const material = {
    kind: 'text',
    training: tokens.subarray(0, training),
    validation: tokens.subarray(training),
  } as const;
  return { config, corpus, parts, material };
}

/** Bytes of what a run reads. */
function bytesOf(material: Prepared['material']): number {
  if (material.kind === 'text') return material.training.byteLength + material.validation.byteLength;
  const { read, written, labels, vectors } = material.examples;
  const texts = new Set([read, written]);
  const arrays = [...texts].flatMap((text) => (text ? [text.tokens, text.ends] : []));
  return [...arrays, labels, vectors].reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
}

async function readText(request: FollowedRequest, origin: Origin, onNotice: OnNotice): Promise<Corpus> {
  const { vocabulary, remedy } = origin;
  const { encoding, minCount } = origin.config?.data ?? withGiven(defaults, origin.given).data;
  const settings = { vocabulary, remedy, extend: request.extendVocabulary, onNotice };
  return readCorpus(corpusOf(request), { encoding, minCount }, settings);
}

/** Returns the parts of the corpus, and the config with its batch adapted to the corpus unless the run is resumed. */
function settle(
  request: FollowedRequest,
  { given, config }: Origin,
  { length }: Corpus,
  onNotice: OnNotice,
): Pick<Prepared, 'config' | 'parts'> {
  if (config) return { config, parts: split(length, config.data.validation, () => {}) };
  const { preset, recipe, backend = defaultBackend } = request;
  const wanted = { name: someOf(corpusOf(request), 3), characters: length, given, preset, recipe };
  return settledConfig({ ...wanted, pace: backendsByName[backend].pace(), onNotice });
}

type Sizes = Omit<EngineSettings, 'material'>;

/** Plans the memory of a run without allocating it. */
function memoryOf(
  { threads, backend, shape, config, sourceSequence, ranks: start }: Sizes,
  around: Omit<Surroundings, 'threads' | 'isValidated'>,
): MemoryPlan {
  const ranks = placed(start);
  const team = { ...alone, ranks, size: threads };
  const layout = layOutTraining(shape, config, backendsByName[backend], team, sourceSequence);
  return planMemory(layout, { threads, isValidated: config.data.validation > 0, ...around });
}
