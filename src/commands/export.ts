import { extname } from 'node:path';
import { loadCheckpoint } from '../checkpoint/read.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError } from '../errors.js';
import { exportedModel } from '../exchange/exported-model.js';
import { writeWhole } from '../files/atomic-write.js';
import { formatBytes, shownName } from '../format.js';
import { exchangeFormats, exportOptions as table } from '../options/exchange-options.js';
import { say } from '../terminal/messages.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { valuesOf } from './values.js';

export const exportModel: Handler = async ({ words, typed }) => {
  const { format, output, quiet } = valuesOf(table, typed);
  const [path] = words.checkpoint;
  if (output === undefined) {
    throw new CharrnnError('--output: is missing; give a file such as model.safetensors or model.onnx', 2);
  }
  if (output === path) throw new CharrnnError(`--output ${output}: is the checkpoint; give another file`, 2);
  const extension = extname(output).slice(1).toLowerCase();
  const chosen = format ?? exchangeFormats.find((own) => own === extension);
  if (!chosen) {
    const remedy = `end its name in .${exchangeFormats.join(' or .')}, or give --format`;
    throw new CharrnnError(`--output ${output}: the name does not say the format; ${remedy}`, 2);
  }
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, 'record');
  requireTask(checkpoint, ['text'], path);
  const { bytes } = await writeWhole(output, exportedModel(checkpoint, chosen));
  if (!quiet) say(`wrote ${shownName(output)} (${formatBytes(bytes)})`);
  return 0;
};
