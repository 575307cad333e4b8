import type { Range, Tensor, UpdateRule } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { power } from '../mathematics.js';
import type { LanguageModel } from '../model/network.js';
import { momentPrefix, type ParameterBlock, planParameters } from '../model/parameters.js';
import { type MomentName, momentsOf, type OptimizerConfig } from '../options/training-options.js';
import { share, type Worker } from '../parallel/team.js';

/** Elements of the flat block whose squares are summed at once; fixed so that the norm does not depend on the team. */
const NORM_BLOCK = 4096;
/** Elements of the flat block that are assigned together: one cache line. */
const UNIT = 16;

/** Clips the gradient, updates the weights and averages them, in single loops over fixed ranges of the flat blocks. */
export class Optimizer {
  readonly moments: readonly { readonly name: MomentName; readonly parameters: ParameterBlock }[];
  /** The exponential moving average of the weights, if enabled. */
  readonly average: ParameterBlock | undefined;
  private readonly partialNorms: Tensor;
  private readonly weights: Tensor;
  private readonly gradients: Tensor;

  constructor(
    plan: Plan,
    model: LanguageModel,
    private readonly config: OptimizerConfig,
  ) {
    if (!model.gradients) throw new RangeError('the model was laid out without gradients');
    this.moments = momentsOf[config.name].map((name) => ({
      name,
      parameters: planParameters(plan, model.shape, momentPrefix(name)),
    }));
    this.average = config.ema > 0 ? planParameters(plan, model.shape, 'average ') : undefined;
    this.weights = model.weights.block;
    this.gradients = model.gradients.block;
    this.partialNorms = plan.tensor('partial norms', Math.ceil(this.gradients.size / NORM_BLOCK));
  }

  /** Sets this worker's range of the gradient to zero. */
  zeroGradients(w: Worker): void {
    const { from, to } = this.ownRange(w);
    w.kernels.zero(rows(this.gradients, from, to));
  }

  /** Sums the squares of this worker's blocks of the gradient. Call between two barriers. */
  sumSquares(w: Worker): void {
    const blocks = share(this.partialNorms.size, w);
    w.kernels.sumOfSquares(this.gradients, NORM_BLOCK, this.partialNorms, blocks);
  }

  /** Returns the global norm of the gradient: ‖dw‖₂ over all parameters. NaN or infinite when any component is. */
  norm(w: Worker): number {
    return Math.sqrt(w.kernels.sum(this.partialNorms));
  }

  /** Clips and applies this worker's range of the gradient. @param step from 1 */
  update(w: Worker, step: number, learningRate: number, norm: number): void {
    const range = this.ownRange(w);
    const { clipNorm, clipValue, ema } = this.config;
    if (clipNorm > 0 && norm > clipNorm) w.kernels.scale(this.gradients, clipNorm / norm, range);
    if (clipValue > 0) w.kernels.clamp(this.gradients, clipValue, range);
    const [m, v] = (['m', 'v'] as const).map(
      (name) => this.moments.find((moment) => moment.name === name)?.parameters.block ?? this.gradients,
    );
    w.kernels.update(this.weights, this.gradients, m, v, updateRule(this.config, step, learningRate), range);
    if (this.average) w.kernels.blend(this.weights, this.average.block, 1 - averageDecay(ema, step), range);
  }

  /**
   * Replaces the weights with their average while `work` runs. The weights are stashed in the memory of the gradient,
   * which is unused between two steps.
   */
  withAverage<T>(w: Worker, work: () => T): T {
    if (!this.average) return work();
    const range = this.ownRange(w);
    const own = (x: Tensor): Tensor => rows(x, range.from, range.to);
    w.kernels.copy(own(this.weights), own(this.gradients));
    w.kernels.copy(own(this.average.block), own(this.weights));
    w.barrier();
    const result = work();
    w.barrier();
    w.kernels.copy(own(this.gradients), own(this.weights));
    return result;
  }

  private ownRange(w: Worker): Range {
    return share(this.gradients.size, w, UNIT);
  }
}

/** Decay of the average at a step (from 1): lower at first, so that the initial weights fade quickly. */
export const averageDecay = (ema: number, step: number): number => Math.min(ema, (1 + step) / (10 + step));

/** Returns the coefficients of one step; see `UpdateRule`. */
export function updateRule(config: OptimizerConfig, step: number, learningRate: number): UpdateRule {
  const { name: optimizer, beta1, beta2, epsilon, momentum, alpha, weightDecay } = config;
  const isAdam = optimizer === 'adam' || optimizer === 'adamw';
  return {
    optimizer,
    learningRate,
    decay: optimizer === 'adamw' ? learningRate * weightDecay : 0,
    beta1: optimizer === 'sgd' ? momentum : beta1,
    beta2: optimizer === 'rmsprop' ? alpha : beta2,
    epsilon,
    correction1: isAdam ? 1 - power(beta1, step) : 1,
    correction2: isAdam ? 1 - power(beta2, step) : 1,
  };
}
