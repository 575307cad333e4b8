// How far the past is heard: the gradient of one loss by the states before it.

import { setImmediate as turn } from 'node:timers/promises';
import { elements } from '../checkpoint/arrays.js';
import { CharrnnError, line, option } from '../errors.js';
import { formatCount } from '../format.js';
import { backendsByName, reference } from '../kernels/backend.js';
import { LN2, log } from '../mathematics.js';
import type { StepArrays } from '../model/cell.js';
import { create, type Instance, layOut } from '../model/instance.js';
import { initialise, type NamedValues } from '../model/parameters.js';
import { cellsByName, type ModelShape, parameterShapes } from '../model/shape.js';
import type { Precision } from '../options/gradient-flow-options.js';
import type { BackendName } from '../options/training-options.js';
import { type GateSaturation, SaturationCounter } from './gate-saturation.js';
import { norm, type RecurrentSpectrum, recurrentSpectra } from './recurrent-spectrum.js';

/** How the gradient by one state of one layer falls with the distance. */
export interface FlowCurve {
  /** Counted from 0. */
  readonly layer: number;
  /** `h`, or `c` for the cell state of an lstm. */
  readonly state: string;
  /** The norm of ∂loss/∂state k steps before the loss, for k = 0, 1, 2 …, averaged over positions in the text. */
  readonly norms: readonly number[];
  /** The distance from which on the norm is at most half of that at distance 0; null if it is still more at the end. */
  readonly halfLife: number | null;
  /** The distance over which the norm then halves: its mean rate from a quarter of the distance on; null if it grows. */
  readonly laterHalfLife: number | null;
  /** The norm at the end as a fraction of that at distance 0. */
  readonly left: number;
}

/** What the backward pass does with one target. `charrnn gradflow --json` prints these objects. */
export interface GradientFlow {
  readonly cell: string;
  readonly layers: number;
  readonly hidden: number;
  /** The largest k. */
  readonly distance: number;
  /** Positions in the text that the norms are averaged over. */
  readonly positions: number;
  readonly precision: Precision;
  readonly curves: readonly FlowCurve[];
  readonly spectra: readonly RecurrentSpectrum[];
  /** For each layer of a cell with gates. */
  readonly gates: readonly (GateSaturation & { readonly layer: number })[];
}

export interface FlowRequest {
  /** The name of the model, for messages. */
  readonly name: string;
  readonly shape: ModelShape;
  /** The weights; if not given, those that training with this seed would begin with. */
  readonly parameters?: readonly NamedValues[] | undefined;
  readonly seed: number;
  readonly text: ArrayLike<number>;
  readonly distance: number;
  readonly positions: number;
  readonly precision: Precision;
  readonly backend: BackendName;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * The loss is multiplied by this power of two, and the norms are divided by it, which changes no digit: kernels turn
 * numbers below 2⁻⁵⁸ into zero, and a gradient that vanishes would end there. It still has room to grow.
 */
const scales: Readonly<Record<Precision, number>> = { float32: 2 ** 48, float64: 2 ** 400 };

/** Rows of the arrays of a layer, at most: they bound the memory. */
const MOST_ROWS = 4096;
/** Weights times rows of a batch, at most: a few seconds, after which the program hears signals. */
const mostWork: Readonly<Record<Precision, number>> = { float32: 3e10, float64: 1e9 };

/**
 * Measures the gradient flow of a model along a text: windows of K + 1 characters are read, each with a loss only at its
 * end. Before a window, as many characters are read, so that its states are those of a text that goes on.
 * @throws CharrnnError when the text is too short for the distance, or a gradient is not finite
 */
export async function measureGradientFlow(request: FlowRequest): Promise<GradientFlow> {
  const { shape, text, distance, positions, precision, backend, onProgress } = request;
  const T = distance + 1;
  const targets = targetsIn(text.length, T, positions);
  const weightCount = elements(parameterShapes(shape));
  const most = Math.min(MOST_ROWS, mostWork[precision] / weightCount) / T;
  const N = Math.min(targets.length, Math.max(1, Math.floor(most)));
  const layout = layOut({
    backend: precision === 'float64' ? reference('float64') : backendsByName[backend],
    ...{ shape, settings: { batch: N, sequence: T, dropout: 0, training: true } },
  });
  const instance = create(layout, request.parameters ?? []);
  const { model, kernels, worker } = instance;
  if (!request.parameters) initialise(model.weights, kernels, request.seed);
  model.prepare(worker, undefined);
  const windows = new Windows(instance, scales[precision]);
  for (let i = 0; i < targets.length; i += N) {
    windows.measure(text, targets.slice(i, i + N));
    onProgress?.(Math.min(1, (i + N) / targets.length));
    await turn();
  }
  const weights = new Map(model.weights.tensors.map((tensor) => [tensor.name, kernels.read(tensor)]));
  const { cell, layers, hidden } = shape;
  return {
    ...{ cell, layers, hidden, distance, positions: targets.length, precision },
    curves: windows.curves(request.name, targets.length),
    spectra: recurrentSpectra(shape, weights),
    gates: windows.saturation.flatMap((counter, layer) => counter.shares().map((gate) => ({ layer, ...gate }))),
  };
}

/** Chooses the positions of the targets, spread evenly. */
function targetsIn(length: number, T: number, positions: number): number[] {
  const first = 2 * T;
  const choices = length - first;
  if (choices < 1) {
    const needed = `${formatCount(T - 1)} needs a text of at least ${formatCount(first + 1)} characters`;
    throw new CharrnnError(line`${option('distance')} ${needed}, not ${formatCount(length)}; lower it`, 2);
  }
  const count = Math.min(positions, choices);
  return Array.from({ length: count }, (_, i) => first + Math.floor(((i + 0.5) * choices) / count));
}

/** Windows of T characters that are read together, and sums over all that were. */
class Windows {
  readonly saturation: readonly SaturationCounter[];
  /** Sums of the norms, by layer and state (T). */
  private readonly sums: readonly Map<string, Float64Array>[];
  /** Windows of the current batch. */
  private count = 0;

  constructor(
    private readonly instance: Instance,
    private readonly scale: number,
  ) {
    const { model } = instance;
    const { cell, hidden } = model.shape;
    const T = model.settings.sequence;
    this.saturation = model.layers.map(() => new SaturationCounter(cell, hidden));
    this.sums = model.layers.map(({ states }) => new Map(states.map(({ name }) => [own(name), new Float64Array(T)])));
    const { gates } = cellsByName[cell].arrays;
    model.layers.forEach((layer, l) => {
      layer.onBackwardStep = (t, step) => {
        for (const [state, sums] of this.sums[l]) this.addNorms(this.gradientBy(state, step), sums, T - 1 - t);
        if (gates === undefined) return;
        const rows = Array.from({ length: this.count }, (_, n) => n);
        this.saturation[l].add(instance.kernels.read(step[gates]), rows);
      };
    });
  }

  /** @param targets positions of the characters to predict, at most N */
  measure(text: ArrayLike<number>, targets: readonly number[]): void {
    const { model, worker, kernels } = this.instance;
    const { batch: N, sequence: T } = model.settings;
    this.count = targets.length;
    const inputs = new Int32Array(T * N);
    const read = (offset: number): void => {
      targets.forEach((target, n) => {
        for (let t = 0; t < T; t++) inputs[t * N + n] = text[target - offset + t];
      });
      kernels.writeIndices(model.inputs, inputs);
      model.forward(worker, undefined);
    };
    model.reset(worker);
    read(2 * T);
    model.carry(worker);
    read(T);
    const wanted = new Int32Array(T * N).fill(-1);
    targets.forEach((target, n) => {
      wanted[(T - 1) * N + n] = text[target];
    });
    kernels.writeIndices(model.targets, wanted);
    model.decode(worker, undefined);
    // Each window has a loss of its own, which is not divided by their number.
    model.loss(worker, 1 / this.scale);
    model.backward(worker, undefined);
  }

  curves(name: string, windows: number): FlowCurve[] {
    return this.sums.flatMap((states, layer) =>
      [...states].map(([state, sums]) => {
        const norms = Array.from(sums, (sum) => sum / windows);
        const bad = norms.find((value) => !Number.isFinite(value));
        if (bad !== undefined) {
          throw new CharrnnError(`${name}: the gradient is ${bad}; its weights are too large, use another checkpoint`);
        }
        const left = norms[0] > 0 ? norms[norms.length - 1] / norms[0] : 0;
        return { layer, state, norms, halfLife: halfLifeOf(norms), laterHalfLife: laterHalfLifeOf(norms), left };
      }),
    );
  }

  private addNorms(gradient: ArrayLike<number>, sums: Float64Array, k: number): void {
    const H = this.instance.model.shape.hidden;
    for (let n = 0; n < this.count; n++) sums[k] += norm(gradient, n * H, (n + 1) * H) / this.scale;
  }

  /**
   * The gradient by a state after a step (N,H). The loss depends on c through the next step, which is what `dc` holds,
   * and through h = o∘tanh(c).
   */
  private gradientBy(state: string, { dh, dc, a, tanhC }: StepArrays): ArrayLike<number> {
    const { kernels, model } = this.instance;
    if (state === 'h') return kernels.read(dh);
    const H = model.shape.hidden;
    const [ofH, ofC, gates, squashed] = [dh, dc, a, tanhC].map((x) => kernels.read(x));
    const blocks = cellsByName[model.shape.cell].blocks;
    const [width, o] = [blocks.length * H, blocks.indexOf('o') * H];
    return ofC.map((d, i) => {
      const gate = gates[Math.floor(i / H) * width + o + (i % H)];
      return d + ofH[i] * gate * (1 - squashed[i] * squashed[i]);
    });
  }
}

/** The name of a state in its layer: `h`. */
const own = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/**
 * The distance from which on all norms are at most half of the first one, interpolated as if the norm fell
 * exponentially between two distances; null if there is none.
 */
export function halfLifeOf(norms: readonly number[]): number | null {
  const half = norms[0] / 2;
  const before = norms.findLastIndex((value) => value > half);
  if (before === norms.length - 1) return null;
  if (before < 0) return 0; // no gradient at all
  const [high, low] = [norms[before], norms[before + 1]];
  if (low <= 0) return before + (high - half) / high;
  return before + log(high / half) / log(high / low);
}

/** The mean rate of the fall from a quarter of the distance to the last norm that is not zero, as a half-life. */
export function laterHalfLifeOf(norms: readonly number[]): number | null {
  const from = Math.floor((norms.length - 1) / 4);
  const to = norms.findLastIndex((value) => value > 0);
  if (to <= from || norms[to] >= norms[from]) return null;
  return ((to - from) * LN2) / log(norms[from] / norms[to]);
}
