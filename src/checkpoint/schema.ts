// The small members of a checkpoint, field by field. Each schema's message completes the sentence "… must be". The
// options come from their tables, so new options need no change here.

import * as v from 'valibot';
import { Fault } from '../files/system-errors.js';
import { kebab, type NumberOption, type Option } from '../options/option.js';
import { taskOptions, tasks } from '../options/task-options.js';
import { type TrainingValues, trainingConfig, trainingOptions } from '../options/training-options.js';
import { shortened, shown } from './json-stream.js';

const largest = Number.MAX_SAFE_INTEGER;

function number({ integer, from, to }: Pick<NumberOption, 'integer' | 'from' | 'to'>) {
  const needed = `${integer ? 'a whole number' : 'a number'} from ${from} to ${to}`;
  const inRange = v.pipe(v.number(needed), v.minValue(from, needed), v.maxValue(to, needed));
  return integer ? v.pipe(inRange, v.integer(needed)) : inRange;
}
const integer = (from: number, to = largest) => number({ integer: true, from, to });
/** Mean cross-entropy, nats per character. */
const loss = number({ integer: false, from: 0, to: Number.MAX_VALUE });

/** An option that a checkpoint can store: one with a single value. */
type Stored = Exclude<Option, { type: 'texts' }>;

function option(o: Stored) {
  if (o.type === 'number') return number(o);
  if (o.type === 'choice') return v.picklist(o.choices, `one of ${o.choices.join(', ')}`);
  return o.type === 'text' ? v.string('a string') : v.boolean('true or false');
}

/** In the document, null stands for `undefined`, if that is the default. A missing option is newer than the file. */
function withDefault(o: Stored): v.GenericSchema {
  if (o.default !== undefined) return v.optional(option(o), o.default);
  return v.pipe(
    v.optional(v.nullable(option(o)), null),
    v.transform((value) => value ?? undefined),
  );
}

const entries = (table: Readonly<Record<string, Stored>>) =>
  Object.fromEntries(Object.entries(table).map(([key, o]) => [kebab(key), withDefault(o)]));

const options = v.pipe(
  v.strictObject(entries(trainingOptions), 'an object'),
  v.transform((stored: Readonly<Record<string, unknown>>) => {
    const values = Object.keys(trainingOptions).map((key) => [key, stored[kebab(key)]]);
    // The same table determines the type and the schema.
    return trainingConfig(Object.fromEntries(values) as TrainingValues);
  }),
);

const { cell, layers, hidden } = trainingOptions;

const taskName = v.picklist(tasks, `one of ${tasks.join(', ')}`);

/** What a network is asked, if not to continue a text; see `Task`. */
const task = v.strictObject(
  {
    name: taskName,
    labels: v.optional(v.array(v.string('a string'), 'an array')),
    features: v.optional(integer(1, 2 ** 24)),
    isSourceReversed: v.optional(v.boolean('true or false')),
  },
  'an object',
);

/** How the examples of a task are read; see `TaskConfig`. */
const taskConfig = v.pipe(
  v.strictObject(
    {
      name: taskName,
      balance: v.boolean('true or false'),
      reverseSource: v.boolean('true or false'),
      films: v.boolean('true or false'),
      truncate: v.nullable(number({ ...taskOptions.truncate })),
    },
    'an object',
  ),
  v.transform(({ truncate, ...rest }) => ({ ...rest, truncate: truncate ?? undefined })),
);

const small = v.object(
  {
    model: v.object(
      {
        cell: v.picklist(cell.choices, `one of ${cell.choices.join(', ')}`),
        layers: number(layers),
        hidden: number(hidden),
        vocabulary: integer(1, 0x110000),
        parameters: integer(1),
        task: v.optional(task),
      },
      'an object',
    ),
    vocabulary: v.object(
      { unknown: v.boolean('true or false'), codePoints: v.array(integer(0, 0x10ffff), 'an array') },
      'an object',
    ),
    training: v.optional(
      v.object(
        {
          options,
          task: v.optional(taskConfig),
          corpus: v.object(
            { sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')), characters: integer(1) },
            'an object',
          ),
          totalSteps: v.nullable(integer(1)),
          step: integer(0),
          bestValidationLoss: v.nullable(loss),
          history: v.array(
            v.object(
              {
                step: integer(0),
                epoch: number({ integer: false, from: 0, to: Number.MAX_VALUE }),
                loss,
                validationLoss: v.nullable(loss),
              },
              'an object',
            ),
            'an array',
          ),
          recent: v.object({ sum: loss, count: integer(0) }, 'an object'),
          seconds: v.nullable(number({ integer: false, from: 0, to: Number.MAX_VALUE })),
          ranks: v.optional(integer(2)),
        },
        'an object',
      ),
    ),
  },
  'an object',
);

export type SmallMembers = v.InferOutput<typeof small>;

/** Checks the types and ranges of everything but the arrays. @throws Fault with the first fault */
export function checkSmallMembers(document: unknown): SmallMembers {
  const result = v.safeParse(small, document, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = shortened(v.getDotPath(issue) ?? 'the document');
  if (issue.expected === 'never') throw new Fault(`${where} is unknown to this charrnn`);
  if (issue.input === undefined) throw new Fault(`${where} is missing`);
  throw new Fault(`${where} is ${shown(issue.input)}; it must be ${issue.message}`);
}
