// Numerical failures of a run.

import { CommonError, line, type Message, option } from '../errors.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { StepResult } from './step.js';

/** A loss this many times the first one counts as exploded. */
const EXPLOSION = 2;

/** What is known when a run diverges. */
export interface DivergenceContext {
  /** The previous step. */
  readonly last: StepResult | undefined;
  /** Name of the first gradient that is not finite. */
  readonly tensor: string | undefined;
  /** The latest save of this run. */
  readonly saved: { readonly path: string; readonly step: number } | undefined;
}

/** Returns the error that ends training. The failed step has changed no weight and no file. */
export function divergence(
  { step, loss, gradientNorm }: StepResult,
  { last, tensor, saved }: DivergenceContext,
): CommonError {
  const where = tensor === undefined ? '' : ` of ${tensor}`;
  const what = Number.isFinite(loss) ? `the norm of the gradient${where} is ${gradientNorm}` : `the loss is ${loss}`;
  const before = last ? ` (the last finite loss was ${last.loss.toFixed(3)})` : '';
  const remedy = line`lower ${option('learningRate')}, or give ${option('clipNorm')} 5 if it is 0`;
  const kept = saved ? `; ${saved.path} holds step ${saved.step}` : '';
  return new CommonError(line`step ${step}: ${what}${before}; ${remedy}${kept}`);
}

/** Returns the name of the first tensor with a value that is not finite. */
export function firstNotFinite(kernels: Kernels, tensors: readonly Tensor[]): string | undefined {
  return tensors.find((x) => !kernels.read(x).every(Number.isFinite))?.name;
}

/** Watches the loss and warns once when it is far above the first. */
export class ExplosionWatch {
  private first: number | undefined;
  private isWarned = false;

  /** @returns a warning, at the first loss that exceeds the limit */
  check({ step, loss }: StepResult): Message | undefined {
    this.first ??= loss;
    if (this.isWarned || loss <= EXPLOSION * this.first) return undefined;
    this.isWarned = true;
    const [now, first] = [loss, this.first].map((nats) => nats.toFixed(3));
    return line`step ${step}: the loss is ${now}, far above the ${first} it began with; lower ${option('learningRate')}`;
  }
}
