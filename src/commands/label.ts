import { labelLines } from '../answering/labels.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { labelOptions as table } from '../options/measuring-options.js';
import { labelText } from '../terminal/label-lines.js';
import { say } from '../terminal/messages.js';
import { isTerminal, write } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { spelledText } from './spelling.js';
import { valuesOf } from './values.js';

export const label: Handler = async ({ words, typed }) => {
  const { json, top, ...options } = valuesOf(table, typed);
  const [path] = words.checkpoint;
  const files = words.file.length > 0 ? words.file : ['-'];
  if ([path, ...files].filter(isStandardInput).length > 1) {
    throw new CharrnnError('standard input: the text or the checkpoint, not both; give one of them as a file', 2);
  }
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, 'record');
  requireTask(checkpoint, ['label'], path);
  const encoding = options.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
  const blocks = labelLines({
    ...{ ...options, checkpoint, files, encoding },
    top: top ?? (json ? undefined : 1),
    onNotice: (message) => say(spelledText(message)),
  });
  const task = isTerminal() ? undefined : new Task();
  let count = 0;
  try {
    for await (const lines of blocks) {
      count += lines.length;
      task?.show(`${count.toLocaleString('en')} lines`);
      if (!(await write(labelText(lines, { json, encoding, isForTerminal: isTerminal() })))) return 0;
    }
  } finally {
    task?.close();
    // If the reader of the labels has gone away, do not wait for the rest of the text.
    if (files.some(isStandardInput)) process.stdin.destroy();
  }
  return 0;
};
