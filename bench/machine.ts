import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** The machine that was measured: processor, cores, Node. */
export const machine = (): string =>
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}`;

/** The middle of some numbers, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** Whether PyTorch, and with it numpy, can be imported; prints a line if not. */
export function hasPyTorch(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    console.error(`${python} has no PyTorch: left out`);
    return false;
  }
}
