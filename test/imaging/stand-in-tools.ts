// Stand-ins for the optional packages, so that the logic around them is tested where they are absent.

import type { ImageTools, OnnxTensor, SharpImage } from '../../src/imaging/image-tools.js';

/** What the stand-ins were asked for. */
export interface Calls {
  readonly models: (string | Uint8Array)[];
  readonly options: object[];
  /** The shape and numbers of each batch. */
  readonly batches: { readonly dims: readonly number[]; readonly data: Float32Array }[];
  readonly outputs: (readonly string[])[];
}

/**
 * Images are texts such as `10,20,30`: all pixels have this colour. The network returns, for each image, the first number
 * of each of its channels.
 * @param run replaces the network
 */
export function standInTools(run?: (tensor: OnnxTensor) => OnnxTensor): { tools: ImageTools; calls: Calls } {
  const calls: Calls = { models: [], options: [], batches: [], outputs: [] };
  class Tensor implements OnnxTensor {
    constructor(
      readonly type: string,
      readonly data: Float32Array,
      readonly dims: readonly number[],
    ) {}
  }
  const session = {
    async run(inputs: Readonly<Record<string, OnnxTensor>>, outputs: readonly string[]) {
      const { images } = inputs as { images: Tensor };
      calls.batches.push(images);
      calls.outputs.push(outputs);
      return { [outputs[0]]: run ? run(images) : firsts(images) };
    },
  };
  const InferenceSession = {
    async create(model: string | Uint8Array, options: object) {
      calls.models.push(model);
      calls.options.push(options);
      return session;
    },
  };
  return { calls, tools: { sharp: standInImage, onnxruntime: { InferenceSession, Tensor } } };
}

function firsts({ data, dims }: { readonly data: Float32Array; readonly dims: readonly number[] }): OnnxTensor {
  const [count, channels, height, width] = dims;
  const values = Float32Array.from({ length: count * channels }, (_, i) => data[i * height * width]);
  return { type: 'float32', data: values, dims: [count, channels] };
}

function standInImage(bytes: Uint8Array): SharpImage {
  let size = 0;
  const image: SharpImage = {
    rotate: () => image,
    flatten: () => image,
    toColourspace: () => image,
    raw: () => image,
    resize(width, height) {
      size = width * height;
      return image;
    },
    async toBuffer() {
      const colour = Buffer.from(bytes).toString().split(',').map(Number);
      if (colour.some(Number.isNaN)) throw new Error('Input buffer contains unsupported image format\nat line 2');
      const data = Uint8Array.from({ length: size * colour.length }, (_, i) => colour[i % colour.length]);
      return { data, info: { channels: colour.length } };
    },
  };
  return image;
}
