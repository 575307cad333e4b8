import { CharrnnError, line, option as named } from '../errors.js';
import { counted, formatBytes, jsonLine, shownName, visible } from '../format.js';
import { type ImageTools, loadImageTools } from '../imaging/image-tools.js';
import { chooseLayer, readNetwork } from '../imaging/onnx-network.js';
import { findPictures } from '../imaging/picture-files.js';
import { pictureInput } from '../imaging/picture-input.js';
import { pictureVectors } from '../imaging/picture-vectors.js';
import { pictureOptions as table } from '../options/picture-options.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { writeLines } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { writeNpy } from '../text/npy.js';
import type { Handler } from './command.js';
import { valuesOf } from './values.js';

/** @param loadTools loads the packages that the command needs; other ones are for tests */
export const vectorsWith =
  (loadTools: () => Promise<ImageTools>): Handler =>
  async ({ words, typed }) => {
    const values = valuesOf(table, typed);
    const { output, quiet } = values;
    if (values.network === undefined) {
      throw new CharrnnError(line`${named('network')}: is missing; give a convolutional network in ONNX format`, 2);
    }
    if (!output.toLowerCase().endsWith('.npy')) {
      throw new CharrnnError(line`${named('output')} ${output}: must end in .npy, the format that is written`, 2);
    }
    const normalisation = { mean: numbersIn('mean', values.mean), std: numbersIn('std', values.std) };
    exitOnInterrupt();
    const network = await readNetwork(values.network);
    const layer = chooseLayer(network, values.layer);
    const input = pictureInput(network, values.size, values.batch);
    const paths = await findPictures(words.image, (message) => say(noticeLine(message)));
    const tools = await loadTools();
    const task = quiet ? undefined : new Task();
    task?.show('loading the network');
    const onProgress = (done: number): void => task?.show(`images: ${Math.floor((100 * done) / paths.length)}%`);
    const batches = pictureVectors({ paths, network, layer, input, normalisation, tools, onProgress });
    const { bytes } = await writeNpy(output, paths.length, batches).finally(() => task?.close());
    if (!quiet) {
      say(
        `wrote ${shownName(output)} (${formatBytes(bytes)}): ${counted(paths.length, 'vector')} of ${visible(layer)}`,
      );
    }
    await writeLines(
      paths.map((path, i) => (values.json ? jsonLine({ row: i + 1, file: path }) : `${i + 1}\t${visible(path)}`)),
    );
    return 0;
  };

export const vectors: Handler = vectorsWith(loadImageTools);

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Reads one number, or three for red, green and blue. @throws CharrnnError usage */
function numbersIn(key: 'mean' | 'std', text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  const numbers = parts.map((part) => (DECIMAL.test(part) ? Number(part) : Number.NaN));
  if (!numbers.every(Number.isFinite) || (numbers.length !== 1 && numbers.length !== 3)) {
    const needed = 'must be one number, or three separated by commas';
    throw new CharrnnError(line`${named(key)} ${text}: ${needed}, as in ${table[key].default}`, 2);
  }
  if (key === 'std' && numbers.some((number) => number <= 0)) {
    throw new CharrnnError(line`${named(key)} ${text}: must be larger than 0`, 2);
  }
  return numbers;
}
