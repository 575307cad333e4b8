import type { Kernels, Tensor } from '../kernels/kernels.js';
import { Purpose, randomKey, uniform } from '../random.js';
import type { LanguageModel } from './network.js';

/** Bias of the forget gate: the cell state is kept until training learns to forget (Jozefowicz and others, 2015). */
const FORGET_BIAS = 1;

/**
 * The initial value of one parameter (size): weights uniform with mean 0 and variance 1/(inputs that are not zero), so
 * that sums begin with variance 1 (LeCun and others, 1998): 1/H for a layer's output, 1 for a one-hot character.
 * Biases are zero, except that of the lstm's forget gate. `index` tells the parameters apart in the random sequence.
 */
export function initialValues(
  { name, shape, size }: Tensor,
  index: number,
  model: LanguageModel,
  seed: number,
): Float32Array {
  const H = model.shape.hidden;
  const values = new Float32Array(size);
  if (shape.length === 1) {
    const isGateBias = name.startsWith('layer');
    if (model.shape.cell === 'lstm' && isGateBias) values.fill(FORGET_BIAS, H, 2 * H);
    return values;
  }
  const key = randomKey(seed, Purpose.initialise, index);
  const inputs = name === 'layer0.Wx' ? 1 : H;
  const bound = Math.sqrt(3 / inputs);
  for (let i = 0; i < size; i++) values[i] = (2 * uniform(key, i) - 1) * bound;
  return values;
}

/** Gives every parameter its initial value. */
export function initialise(model: LanguageModel, kernels: Kernels, seed: number): void {
  model.weights.tensors.forEach((w, index) => {
    kernels.write(w, initialValues(w, index, model, seed));
  });
}
