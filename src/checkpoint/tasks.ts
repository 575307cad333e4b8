import { CharrnnError, line, type Message, option } from '../errors.js';
import type { TaskName } from '../options/training-options.js';
import type { Checkpoint } from './checkpoint.js';

/** What a model of a task does, and the commands that use it. */
const uses: Readonly<Record<TaskName, readonly [does: string, commands: string]>> = {
  label: ['labels texts', 'charrnn label or charrnn eval'],
  describe: ['writes a text for a label or a vector', 'charrnn eval'],
  translate: ['translates texts', 'charrnn translate or charrnn eval'],
};

/**
 * Checks that a model is for a task, or for text that goes on.
 * @param wanted undefined for text that goes on
 * @param name the checkpoint, for the message
 * @throws CharrnnError that says what to use instead
 */
export function requireTask({ model }: Checkpoint, wanted: TaskName | undefined, name: string): void {
  const found = model.task?.name;
  if (found === wanted) return;
  if (found !== undefined) {
    const [does, commands] = uses[found];
    throw new CharrnnError(`${name}: a model that ${does}; use ${commands}`);
  }
  const fault = 'a model of text, without a task';
  const training: Message = wanted === undefined ? '' : line`, or train one with ${option('task')} ${wanted}`;
  throw new CharrnnError(line`${name}: ${fault}; use charrnn sample, score or eval${training}`);
}
