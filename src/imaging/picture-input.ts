// The form in which a network takes images.

import { CharrnnError, line, option } from '../errors.js';
import { shownName } from '../format.js';
import type { Network } from './onnx-network.js';

/** The images of one call. */
export interface PictureInput {
  /** Name of the tensor. */
  readonly name: string;
  /** (batch, channels, height, width), or (batch, height, width, channels). */
  readonly layout: 'NCHW' | 'NHWC';
  readonly batch: number;
  /** Whether the network takes exactly that many. */
  readonly isBatchFixed: boolean;
  /** 3: red, green, blue; 1: grey. */
  readonly channels: 1 | 3;
  readonly height: number;
  readonly width: number;
}

/** Images in a call, unless the user or the network says otherwise. */
const BATCH = 8;
const FLOAT32 = 1;

/**
 * Returns what a network takes.
 * @param size height and width, if the user gives one
 * @param batch images in a call, likewise
 * @throws CharrnnError if it takes something other than images, or others than the user wants
 */
export function pictureInput(network: Network, size: number | undefined, batch: number | undefined): PictureInput {
  const name = shownName(network.path);
  const [input, ...others] = network.inputs;
  if (input === undefined || others.length > 0) {
    const fault = `takes ${network.inputs.length} inputs, not one`;
    throw new CharrnnError(`${name}: ${fault}; give a network that takes images alone`);
  }
  const { shape, type } = input;
  const shown = `(${shape.map((length) => length ?? '?').join(', ')})`;
  const layout = layoutOf(shape);
  if (layout === undefined) {
    const fault = `its input has the shape ${shown}`;
    throw new CharrnnError(`${name}: ${fault}; give a network that takes (images, 3 or 1 channels, height, width)`);
  }
  if (type !== FLOAT32) {
    throw new CharrnnError(`${name}: its input is of type ${type}, not float32 (1); export the network in float32`);
  }
  const [at, channels] = layout === 'NCHW' ? [2, shape[1]] : [1, shape[3]];
  const [height = size, width = size] = [shape[at], shape[at + 1]];
  if (height === undefined || width === undefined) {
    throw new CharrnnError(line`${name}: takes images of any size; give ${option('size')}, 224 for most networks`, 2);
  }
  if (size !== undefined && (height !== size || width !== size)) {
    throw new CharrnnError(line`${option('size')} ${size}: ${name} takes ${width} × ${height} pixels; leave it out`, 2);
  }
  const [fixed] = shape;
  if (fixed !== undefined && batch !== undefined && batch !== fixed) {
    throw new CharrnnError(line`${option('batch')} ${batch}: ${name} takes ${fixed} at a time; leave it out`, 2);
  }
  return {
    ...{ name: input.name, layout, channels: channels === 3 ? 3 : 1, height, width },
    ...{ batch: fixed ?? batch ?? BATCH, isBatchFixed: fixed !== undefined },
  };
}

/** Which dimension has the channels: the one that is 3, or else 1. */
function layoutOf(shape: NetworkShape): 'NCHW' | 'NHWC' | undefined {
  if (shape.length !== 4) return undefined;
  for (const channels of [3, 1]) {
    if (shape[1] === channels) return 'NCHW';
    if (shape[3] === channels) return 'NHWC';
  }
  return undefined;
}
type NetworkShape = Network['inputs'][number]['shape'];

/** Subtracted from each channel (0 to 1), and what the rest is divided by. */
export interface Normalisation {
  /** One number for all channels, or one for each of red, green and blue. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The number of each channel; that of grey is the average. */
function perChannel(numbers: readonly number[], channels: 1 | 3): number[] {
  if (channels === 1) return [numbers.reduce((sum, number) => sum + number, 0) / numbers.length];
  return Array.from({ length: channels }, (_, channel) => numbers[channel % numbers.length]);
}

/**
 * Writes an image into the tensor that the network takes: (pixel / 255 - mean) / std.
 * @param pixels (height, width, channels), 0 to 255
 * @param index of the image in its batch
 * @param out (batch, channels, height, width), or (batch, height, width, channels)
 */
export function writePicture(
  pixels: Uint8Array,
  { layout, channels, height, width }: PictureInput,
  { mean, std }: Normalisation,
  index: number,
  out: Float32Array,
): void {
  const area = height * width;
  const own = out.subarray(index * area * channels, (index + 1) * area * channels);
  const means = perChannel(mean, channels);
  const stds = perChannel(std, channels);
  for (let channel = 0; channel < channels; channel++) {
    // A table of all 256 values divides once for each of them, not for each pixel.
    const table = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - means[channel]) / stds[channel]);
    for (let i = 0; i < area; i++) {
      own[layout === 'NCHW' ? channel * area + i : i * channels + channel] = table[pixels[i * channels + channel]];
    }
  }
}
