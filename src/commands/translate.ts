import { translate as translateLines } from '../answering/translate.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { counted, formatCount, jsonLine, visible } from '../format.js';
import { translationOptions as table } from '../options/translation-options.js';
import { say } from '../terminal/messages.js';
import { isTerminal, write } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { spelledText } from './spelling.js';
import { valuesOf } from './values.js';

export const translate: Handler = async ({ words, typed }) => {
  const { json, ...options } = valuesOf(table, typed);
  const [path] = words.checkpoint;
  const files = words.file.length > 0 ? words.file : ['-'];
  if ([path, ...files].filter(isStandardInput).length > 1) {
    throw new CharrnnError('standard input: the text or the checkpoint, not both; give one of them as a file', 2);
  }
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, 'record');
  const encoding = options.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
  const shown = isTerminal() ? visible : (text: string): string => text;
  const task = isTerminal() ? undefined : new Task();
  let [count, cut] = [0, 0];
  const blocks = translateLines({
    ...{ ...options, checkpoint, files, encoding },
    onNotice: (message) => say(spelledText(message)),
  });
  try {
    for await (const block of blocks) {
      count += block.length;
      cut += block.filter(({ isCut }) => isCut).length;
      task?.show(`${formatCount(count)} lines`);
      const lines = json ? block.map(({ isCut: _, ...line }) => jsonLine(line)) : block.map(({ text }) => shown(text));
      if (!(await write(lines.map((line) => `${line}\n`).join('')))) return 0;
    }
  } finally {
    task?.close();
    // If the reader of the answers has gone away, do not wait for the rest of the text.
    if (files.some(isStandardInput)) process.stdin.destroy();
  }
  if (cut > 0) say(`note: ${counted(cut, 'answer')} cut at ${counted(options.length, 'character')}; see --length`);
  return 0;
};
