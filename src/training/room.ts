import { CharrnnError } from '../errors.js';
import { formatMemory } from '../format.js';
import { LARGEST_MEMORY } from '../kernels/wasm.js';
import type { Machine } from '../machine.js';
import { largestPart, type MemoryPart, type MemoryPlan } from './memory.js';

/**
 * Refuses a run that cannot fit, before any of its memory is allocated; gives notice of one that fits the machine but
 * not what is free of it.
 * @param atLeast when the plan is that of the smallest possible corpus
 * @throws CharrnnError with what is needed, what there is, the largest part and what to lower
 */
export function assertFits(
  plan: MemoryPlan,
  machine: Machine,
  onNotice: (message: string) => void,
  atLeast: '' | 'at least ' = '',
): void {
  const { shared, sharedBytes, beside, heapBytes, totalBytes } = plan;
  if (sharedBytes > LARGEST_MEMORY) {
    const needed = `the model needs ${atLeast}${formatMemory(sharedBytes)}, WebAssembly offers ${formatMemory(LARGEST_MEMORY)}`;
    throw new CharrnnError(`${needed}; ${largest(shared)}`);
  }
  if (heapBytes > machine.heap) {
    const needed = `the time steps need ${atLeast}${formatMemory(heapBytes)} of objects in each worker`;
    throw new CharrnnError(`${needed}, JavaScript offers ${formatMemory(machine.heap)}; lower --sequence or --layers`);
  }
  const needed = `training needs ${atLeast}${formatMemory(totalBytes)}`;
  const all = [...shared, ...beside];
  if (totalBytes > machine.total) {
    throw new CharrnnError(`${needed}, this machine has ${formatMemory(machine.total)}; ${largest(all)}`);
  }
  if (totalBytes > machine.available) {
    const free = `${needed}, only ${formatMemory(machine.available)} are free now`;
    onNotice(`${free}: it may be slow, or ended by the system; ${largest(all)}`);
  }
}

function largest(parts: readonly MemoryPart[]): string {
  const { name, bytes, remedy } = largestPart(parts);
  return `the largest part is ${name}, ${formatMemory(bytes)}: ${remedy}`;
}
