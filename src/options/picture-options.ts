import { file, flag, integer, type OptionTable, text } from './option.js';
import { trainOutputOptions } from './training-options.js';

/** The options of `vectors`. The default mean and deviation are those of ImageNet, on which most networks are trained. */
export const pictureOptions = {
  network: file('Network:', 'onnx', 'network in ONNX format that takes images; required'),
  layer: text('Network:', undefined, 'name of the tensor to write (the input of the last layer if not given)'),
  batch: integer('Network:', undefined, 1, 4096, 'images at a time (8, or what the network takes, if not given)'),
  size: integer('Images:', undefined, 1, 8192, 'height and width in pixels (what the network takes if not given)'),
  mean: text(
    'Images:',
    '0.485,0.456,0.406',
    'subtracted from red, green and blue, each from 0 to 1; one number for all',
  ),
  std: text('Images:', '0.229,0.224,0.225', 'divides red, green and blue after that; one number for all'),
  output: { ...text('Output:', 'images.npy', 'file of the vectors', 'o'), file: 'npy' },
  json: flag('Output:', 'list the images as JSON objects, one per line'),
  quiet: trainOutputOptions.quiet,
} as const satisfies OptionTable;
