import { checkTarget } from '../checkpoint/target.js';
import { saveCheckpoint } from '../checkpoint/write.js';
import { CharrnnError } from '../errors.js';
import { importedModel } from '../exchange/imported-model.js';
import { counted, formatBytes, formatCount, shownName } from '../format.js';
import { importOptions as table } from '../options/exchange-options.js';
import { say } from '../terminal/messages.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { valuesOf } from './values.js';

export const importModel: Handler = async ({ words, typed }) => {
  const { vocabulary, output, quiet } = valuesOf(table, typed);
  if (output === undefined) throw new CharrnnError('--output: is missing; give the checkpoint to write', 2);
  exitOnInterrupt();
  await checkTarget(output);
  const checkpoint = await importedModel(words.file[0], vocabulary);
  const { bytes } = await saveCheckpoint(output, checkpoint);
  if (!quiet) {
    const { cell, layers, hidden, vocabulary: symbols } = checkpoint.model;
    const model = `${cell} ${formatCount(layers)}×${formatCount(hidden)}, ${counted(symbols, 'symbol')}`;
    say(`wrote ${shownName(output)} (${formatBytes(bytes)}): ${model}`);
  }
  return 0;
};
