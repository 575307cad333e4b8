// From images to vectors: decode, resize, normalise, run the network, take one of its tensors.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CharrnnError, line, option } from '../errors.js';
import { readFault } from '../files/system-errors.js';
import { shownName } from '../format.js';
import type { Vectors } from '../text/vector-rows.js';
import { firstLine, type ImageTools, type OnnxSession, type OnnxTensor, type Sharp } from './image-tools.js';
import { type Network, withOutput } from './onnx-network.js';
import { type Normalisation, type PictureInput, writePicture } from './picture-input.js';

export interface PictureRequest {
  readonly paths: readonly string[];
  readonly network: Network;
  /** Name of the tensor to take. */
  readonly layer: string;
  readonly input: PictureInput;
  readonly normalisation: Normalisation;
  readonly tools: ImageTools;
  /** @param done images so far */
  readonly onProgress?: (done: number) => void;
}

/**
 * Yields the vectors of images batch by batch, in their order. A tensor of several dimensions, such as a map of
 * features, becomes one vector.
 *
 * @throws CharrnnError if an image cannot be decoded, or the network cannot be run or yields no such vectors
 */
export async function* pictureVectors(request: PictureRequest): AsyncGenerator<Vectors> {
  const { paths, network, layer, input, normalisation, tools, onProgress } = request;
  const session = await openSession(request);
  const { batch, channels, height, width } = input;
  const shape = input.layout === 'NCHW' ? ([channels, height, width] as const) : ([height, width, channels] as const);
  for (let from = 0; from < paths.length; from += batch) {
    const own = paths.slice(from, from + batch);
    const images = await allInOrder(own.map((path) => pixelsOf(path, input, tools.sharp)));
    // A network that takes exactly so many gets black images at the end.
    const count = input.isBatchFixed ? batch : own.length;
    const values = new Float32Array(count * channels * height * width);
    for (const [i, pixels] of images.entries()) writePicture(pixels, input, normalisation, i, values);
    const tensor = new tools.onnxruntime.Tensor('float32', values, [count, ...shape]);
    const found = await session.run({ [input.name]: tensor }, [layer]).catch((error: unknown) => {
      const fault = `onnxruntime cannot run it on ${count} images of ${width} × ${height} (${firstLine(error)})`;
      throw new CharrnnError(line`${shownName(network.path)}: ${fault}; try ${option('batch')} 1`);
    });
    yield vectorsIn(found[layer], count, own, request);
    onProgress?.(from + own.length);
  }
}

async function openSession({ network, layer, tools }: PictureRequest): Promise<OnnxSession> {
  const isOutput = network.outputs.includes(layer);
  // Of a large network, the weights are in files next to it, which a network in memory does not know.
  const folder = { model_external_initializers_file_folder_path: dirname(resolve(network.path)) };
  const options = { logSeverityLevel: 4, ...(!isOutput && { extra: { session: folder } }) };
  try {
    return await tools.onnxruntime.InferenceSession.create(
      isOutput ? network.path : withOutput(network, layer),
      options,
    );
  } catch (error) {
    const fault = `onnxruntime cannot load it (${firstLine(error)})`;
    throw new CharrnnError(`${shownName(network.path)}: ${fault}; export it again, or update onnxruntime-node`);
  }
}

/** Waits for all, so that it is the first failure in this order that is thrown. */
async function allInOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  const values: T[] = [];
  for (const promise of promises) values.push(await promise);
  return values;
}

/**
 * Decodes an image upright, on white where it is transparent, stretched to the size that the network takes.
 * @returns (height, width, channels), 0 to 255
 */
async function pixelsOf(path: string, { channels, height, width }: PictureInput, sharp: Sharp): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw readFault(path, error);
  });
  try {
    const { data, info } = await sharp(bytes)
      .rotate()
      .flatten({ background: 'white' })
      .resize(width, height, { fit: 'fill' })
      .toColourspace(channels === 3 ? 'srgb' : 'b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (data.length === height * width * channels) return data;
    throw new Error(`${info.channels} channels instead of ${channels}`);
  } catch (error) {
    const fault = `cannot be decoded (${firstLine(error)})`;
    throw new CharrnnError(`${shownName(path)}: ${fault}; remove it, or convert it to PNG or JPEG`);
  }
}

/** @param count images that the network was given, the last of which may be padding */
function vectorsIn(tensor: OnnxTensor, count: number, paths: readonly string[], request: PictureRequest): Vectors {
  const { type, data, dims } = tensor;
  const name = line`${option('layer')} ${request.layer}`;
  if (!(data instanceof Float32Array)) {
    throw new CharrnnError(line`${name}: holds ${type}, not float32; give another one`);
  }
  if (dims[0] !== count || data.length === 0) {
    const fault = `has the shape (${dims.join(', ')}), not one row for each of ${count} images`;
    throw new CharrnnError(line`${name}: ${fault}; give another one`);
  }
  const width = data.length / count;
  const values = data.subarray(0, paths.length * width);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const fault = `${shownName(paths[Math.floor(at / width)])}: the network computes ${values[at]}`;
    throw new CharrnnError(line`${fault}; check ${option('mean')} and ${option('std')}`);
  }
  return { count: paths.length, width, values };
}
