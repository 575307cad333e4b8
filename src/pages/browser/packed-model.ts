import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import { halfValue } from '../../exchange/half.js';
import type { PlayData } from '../play-data.js';

/** Returns the model in a page, with its weights as numbers. */
export function unpackedModel({ model, vocabulary, parameters, weights, precision }: PlayData): Checkpoint {
  const text = atob(weights);
  const bytes = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) bytes.setUint8(i, text.charCodeAt(i));
  const width = precision === 'half' ? 2 : 4;
  const valueAt = (i: number): number =>
    precision === 'half' ? halfValue(bytes.getUint16(width * i, true)) : bytes.getFloat32(width * i, true);
  let at = 0;
  const arrays = parameters.map(({ name, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const first = at;
    at += size;
    return { name, shape, values: Float32Array.from({ length: size }, (_, i) => valueAt(first + i)) };
  });
  return { model, vocabulary, parameters: arrays };
}
