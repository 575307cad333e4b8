import { choice, file, flag, integer, type OptionTable } from './option.js';

export const tasks = ['label', 'describe', 'translate'] as const;
export type TaskName = (typeof tasks)[number];

/** The options for training on examples. A checkpoint of a text has none of them. */
export const taskOptions = {
  task: choice(
    'Task:',
    tasks,
    undefined,
    'label: a text gets a label; describe: a label or a vector gets a text; translate: a text becomes another',
  ),
  balance: flag('Task:', 'give all labels the same weight in the loss, however many examples each has (label)'),
  reverseSource: flag('Task:', 'read each source from its end to its beginning (translate)'),
  films: flag('Task:', 'each text to read is the path of a file of vectors, one for each frame (label, translate)'),
  truncate: integer('Task:', undefined, 1, 65535, 'leave out what follows so many characters of a text'),
} as const satisfies OptionTable;

/** The files of a task besides the examples. */
export const taskFileOptions = {
  vectors: file('Task:', '', 'vectors to begin from, one for each text: .npy, .csv or .jsonl (describe)'),
  validationFile: file('Task:', '', 'examples to validate on, in place of a share of those to train on'),
} as const satisfies OptionTable;

/** What examples teach, and how they are read. */
export interface TaskConfig {
  readonly name: TaskName;
  readonly balance: boolean;
  readonly reverseSource: boolean;
  readonly films: boolean;
  readonly truncate: number | undefined;
}
