import { CharrnnError } from '../errors.js';
import type { TaskName } from '../options/task-options.js';
import type { Checkpoint } from './checkpoint.js';

/** What a model does, and the command for it. */
const purposes: Readonly<Record<TaskName | 'text', { readonly does: string; readonly command: string }>> = {
  text: { does: 'continues texts', command: 'sample' },
  label: { does: 'tells labels apart', command: 'label' },
  describe: { does: 'describes what it is given', command: 'sample' },
  translate: { does: 'translates lines', command: 'translate' },
};

/** @throws CharrnnError (exit code 2) that names the command for this model, unless it has one of these purposes */
export function requirePurpose({ model }: Pick<Checkpoint, 'model'>, ...wanted: readonly (TaskName | 'text')[]): void {
  const purpose = model.task?.name ?? 'text';
  if (wanted.includes(purpose)) return;
  const { does, command } = purposes[purpose];
  throw new CharrnnError(`the model ${does}; use charrnn ${command}`, 2);
}
