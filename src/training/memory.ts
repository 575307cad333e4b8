import { CharrnnError, line, type Message, option } from '../errors.js';
import { formatMemory } from '../format.js';
import type { Tensor } from '../kernels/kernels.js';
import { LARGEST_MEMORY, memoryBytes } from '../kernels/wasm.js';
import type { Machine } from '../machine.js';
import type { TrainingLayout } from './step.js';

/** One use of memory in a run. */
export interface MemoryPart {
  readonly name: string;
  readonly bytes: number;
  /** What the user can do to reduce it. */
  readonly remedy: Message;
}

/** Memory that a training run takes, in bytes by use; known before any of it is allocated. */
export interface MemoryPlan {
  /** The memory that all workers share and the kernels work on. */
  readonly shared: readonly MemoryPart[];
  readonly sharedBytes: number;
  /** Everything else. */
  readonly other: readonly MemoryPart[];
  /** JavaScript objects of one worker. */
  readonly heapBytes: number;
  /** What the user can do to reduce them. */
  readonly heapRemedy: Message;
  /** Shared and other memory together. */
  readonly totalBytes: number;
}

/** What the layout does not determine. */
export interface Surroundings {
  readonly threads: number;
  /** Bytes of the corpus tokens. */
  readonly corpusBytes: number;
  /** Whether a copy of the best weights is kept. */
  readonly isValidated: boolean;
  /** Bytes of the arrays of the initial checkpoint, held until they are in the memory of the model. */
  readonly loadedBytes: number;
  /** Bytes that a sampler takes; 0 when no samples are shown. */
  readonly samplerBytes: number;
}

/** JavaScript objects of one time step of one layer; measured: 880 (rnn) to 1,530 (lstm). */
const STEP_BYTES = 1600;
/** Node itself and one of its workers before any work; measured. */
const NODE_BYTES = 70 * 2 ** 20;
const WORKER_BYTES = 12 * 2 ** 20;
/** Copies of the largest tensor alive at once while a checkpoint is written: read, and not yet garbage-collected. */
const COPIES = 3;

const [hidden, layers, batch, threads] = ['hidden', 'layers', 'batch', 'threads'].map(option);
const size = line`lower ${hidden} or ${layers}`;

/** What to do about arrays of a batch. @param length the option that limits the steps: of examples, `truncate` */
const windowRemedies = (length: Message) => ({
  window: line`lower ${batch}, ${length}, ${hidden} or ${layers}`,
  windowOrThreads: line`lower ${batch}, ${length}, ${hidden}, ${layers} or ${threads}`,
  batchOrLength: line`lower ${batch} or ${length}`,
  steps: line`lower ${length} or ${layers}`,
  stepsOrThreads: line`lower ${length}, ${layers} or ${threads}`,
});
const remediesFor = ({ model }: TrainingLayout) =>
  windowRemedies(line`${option(model.shape.task ? 'truncate' : 'sequence')}`);

/** Plans the memory of a layout before any of it is allocated. */
export function planMemory(layout: TrainingLayout, surroundings: Surroundings): MemoryPlan {
  const shared = sharedParts(layout);
  const heapBytes = layout.model.layers.length * layout.model.settings.sequence * STEP_BYTES;
  const other = otherParts(layout, surroundings, heapBytes);
  const sharedBytes = sum(shared);
  const heapRemedy = remediesFor(layout).steps;
  return { shared, sharedBytes, other, heapBytes, heapRemedy, totalBytes: sharedBytes + sum(other) };
}

/** Returns the largest part. */
export function largestPart(parts: readonly MemoryPart[]): MemoryPart {
  return parts.reduce((largest, part) => (part.bytes > largest.bytes ? part : largest));
}

function sharedParts(layout: TrainingLayout): MemoryPart[] {
  const { plan, model, optimizer } = layout;
  const { window, windowOrThreads, batchOrLength } = remediesFor(layout);
  const { inputs, targets, losses, logits, weights, gradients } = model;
  const named: MemoryPart[] = [
    part('parameters', [weights.block], size),
    part('gradients', gradients ? [gradients.block] : [], size),
    part(
      'optimizer moments',
      optimizer.moments.map(({ parameters }) => parameters.block),
      size,
    ),
    part('averaged weights', optimizer.average ? [optimizer.average.block] : [], size),
    part('packed weights', model.packed, size),
    part('activations', model.activations, window),
    part('logits', [logits], line`${batchOrLength}, or raise ${option('minCount')}`),
    part('batches and losses', [inputs, targets, losses], batchOrLength),
  ];
  // Gradients of activations, saved states, scratch memory of the workers, and gaps.
  const rest = memoryBytes(plan) - sum(named);
  return [...named, { name: 'working space', bytes: rest, remedy: windowOrThreads }];
}

function otherParts(layout: TrainingLayout, around: Surroundings, heapBytes: number): MemoryPart[] {
  const { model } = layout;
  const { batchOrLength, stepsOrThreads } = remediesFor(layout);
  const { corpusBytes, isValidated, loadedBytes, samplerBytes } = around;
  const window = model.settings.batch * model.settings.sequence;
  const largest = model.weights.tensors.reduce((most, { size }) => Math.max(most, size), 0);
  return [
    { name: 'the corpus', bytes: corpusBytes, remedy: 'give a smaller one' },
    { name: 'the best weights', bytes: isValidated ? 4 * model.weights.block.size : 0, remedy: size },
    { name: 'the initial checkpoint', bytes: loadedBytes, remedy: 'start from a smaller model' },
    // Inputs and targets of a batch, in training and in validation.
    { name: 'batches in transit', bytes: 4 * 4 * window, remedy: batchOrLength },
    {
      name: 'time step objects',
      bytes: around.threads * heapBytes,
      remedy: stepsOrThreads,
    },
    { name: 'writing a checkpoint', bytes: COPIES * 4 * largest, remedy: line`lower ${hidden}` },
    { name: 'showing a sample', bytes: samplerBytes, remedy: line`leave out ${option('sampleEvery')}` },
    {
      name: 'Node and its workers, about',
      bytes: NODE_BYTES + around.threads * WORKER_BYTES,
      remedy: line`lower ${threads}`,
    },
  ];
}

const part = (name: string, tensors: readonly Tensor[], remedy: Message): MemoryPart => ({
  name,
  bytes: tensors.reduce((bytes, { size }) => bytes + 4 * size, 0),
  remedy,
});

const sum = (parts: readonly MemoryPart[]): number => parts.reduce((total, { bytes }) => total + bytes, 0);

/**
 * Refuses a run that cannot fit into memory, before any of it is allocated; issues a notice for a run that fits into
 * the machine's memory but not into its free memory.
 * @param atLeast given when the plan is for the smallest possible corpus
 * @throws CharrnnError with the memory needed, the memory available, the largest part and what to lower
 */
export function assertFits(
  plan: MemoryPlan,
  machine: Machine,
  onNotice: (message: Message) => void,
  atLeast: '' | 'at least ' = '',
): void {
  const { shared, sharedBytes, other, heapBytes, totalBytes } = plan;
  if (sharedBytes > LARGEST_MEMORY) {
    const needed = `the model needs ${atLeast}${formatMemory(sharedBytes)}, WebAssembly offers ${formatMemory(LARGEST_MEMORY)}`;
    throw new CharrnnError(line`${needed}; ${largest(shared)}`);
  }
  if (heapBytes > machine.heap) {
    const needed = `the time steps need ${atLeast}${formatMemory(heapBytes)} of objects in each worker`;
    const offered = `JavaScript offers ${formatMemory(machine.heap)}`;
    throw new CharrnnError(line`${needed}, ${offered}; ${plan.heapRemedy}`);
  }
  const needed = `training needs ${atLeast}${formatMemory(totalBytes)}`;
  const all = [...shared, ...other];
  if (totalBytes > machine.total) {
    throw new CharrnnError(line`${needed}, this machine has ${formatMemory(machine.total)}; ${largest(all)}`);
  }
  if (totalBytes > machine.available) {
    const free = `${needed}, only ${formatMemory(machine.available)} is free now`;
    onNotice(line`${free}: it may be slow, or be killed by the system; ${largest(all)}`);
  }
}

function largest(parts: readonly MemoryPart[]): Message {
  const { name, bytes, remedy } = largestPart(parts);
  return line`the largest part is ${name}, ${formatMemory(bytes)}: ${remedy}`;
}
