import { CharrnnError, line, type Message, option } from '../errors.js';
import type { TaskName } from '../options/task-options.js';
import type { Checkpoint } from './checkpoint.js';

/** What a model is for: a task, or text that goes on. */
export type Purpose = TaskName | 'text';

/** What a model does, and the commands that use it. */
const uses: Readonly<Record<Purpose, readonly [does: string, commands: string]>> = {
  text: ['continues texts', 'charrnn sample, score or eval'],
  label: ['labels texts', 'charrnn label or eval'],
  describe: ['writes a text for a label or a vector', 'charrnn sample or eval'],
  translate: ['translates lines', 'charrnn translate or eval'],
};

/**
 * Checks what a model is for.
 * @param name the checkpoint, for the message
 * @throws CharrnnError (exit code 2) that says what to use instead
 */
export function requireTask(
  { model }: Pick<Checkpoint, 'model'>,
  wanted: readonly Purpose[],
  name = 'the checkpoint',
): void {
  const found = model.task?.name ?? 'text';
  if (wanted.includes(found)) return;
  const [does, commands] = uses[found];
  const [task] = wanted.filter((purpose) => purpose !== 'text');
  const training: Message =
    found === 'text' && task !== undefined ? line`, or train a model with ${option('task')} ${task}` : '';
  throw new CharrnnError(line`${name}: its model ${does}; use ${commands}${training}`, 2);
}
