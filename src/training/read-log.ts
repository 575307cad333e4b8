// Reads what training runs write line by line: the log of `train --log`, or the events of `train --json`.

import * as v from 'valibot';
import { beginningOf } from '../checkpoint/target.js';
import { CharrnnError, line, option } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { formatCount } from '../format.js';
import { linesOf } from '../text/lines.js';
import { file, type Source } from '../text/sources.js';
import type { StepEvent, ValidationEvent } from './events.js';
import { type LogLine, TrainingLog } from './log.js';

const remedy = line`give a file written by train with ${option('log')} or ${option('json')}`;

const number = v.number('a number');
const step = v.pipe(number, v.integer('a whole number'), v.minValue(0, 'a whole number from 0'));
const losses = { step, epoch: number, loss: number };
const pace = { learningRate: number, gradientNorm: number, charactersPerSecond: number };
const numberOrNull = v.union([v.number(), v.null()], 'a number or null');

const logLine = v.object({
  ...{ ...losses, ...pace, secondsLeft: numberOrNull, clipped: number, bitsPerCharacter: number },
  validationLoss: numberOrNull,
});
const stepEvent = v.object({
  ...{ ...losses, ...pace, secondsLeft: numberOrNull, event: v.literal('step'), isClipped: v.boolean('true or false') },
});
const validationEvent = v.object({
  ...{ ...losses, event: v.literal('validation'), bitsPerCharacter: number, bestLoss: number },
});

/** The start of a log: an event, or an object whose first member is one of a line. */
const BEGINNING = new RegExp(`^\\s*\\{\\s*"(event|${Object.keys(logLine.entries).join('|')})"\\s*:`);

/** Whether a path leads to a file that begins like a log. */
export const isLog = async (path: string): Promise<boolean> => BEGINNING.test(await beginningOf(path));

/** A line of a log, or of events; undefined for an event without figures. */
type Entry = LogLine | StepEvent | ValidationEvent | undefined;

/**
 * Reads a log; events become lines in the same form, one for each step. Of the steps that a resumed run has repeated,
 * the later ones count. A line that is cut off, because the run is writing it or was killed while it did, is ignored.
 * @param path a file, or `-` for standard input
 * @returns lines in ascending order of steps; none if the run has not written any
 * @throws CharrnnError at a line that is not one of a log
 */
export async function readLog(path: string): Promise<LogLine[]> {
  const source: Source = isStandardInput(path) ? { name: 'standard input', read: () => process.stdin } : file(path);
  const lines: LogLine[] = [];
  const add = (next: LogLine): void => {
    while (lines.length > 0 && lines[lines.length - 1].step >= next.step) lines.pop();
    lines.push(next);
  };
  const fromEvents = new TrainingLog(1, add);
  for await (const { source: name, first, lines: texts } of linesOf([source], 'give a log')) {
    texts.forEach((bytes, i) => {
      const entry = entryIn(Buffer.from(bytes).toString('utf8'), `${name}: line ${formatCount(first + i)}`);
      if (entry && 'event' in entry) fromEvents.onEvent(entry);
      else if (entry) add(entry);
    });
  }
  fromEvents.close();
  return lines;
}

/** @param place the subject of an error */
function entryIn(text: string, place: string): Entry {
  const trimmed = text.trim();
  if (trimmed === '' || isCutOff(trimmed)) return undefined;
  const value = parsed(trimmed);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CharrnnError(line`${place}: is not that of a log; ${remedy}`);
  }
  const kind = 'event' in value ? value.event : 'line';
  if (kind === 'line') return checked(logLine, value, place);
  if (kind === 'step') return checked(stepEvent, value, place);
  return kind === 'validation' ? checked(validationEvent, value, place) : undefined;
}

/** Whether a line is the beginning of an object: its end, or a text of an event that ends in a brace, is missing. */
const isCutOff = (text: string): boolean =>
  text.startsWith('{') && (!text.endsWith('}') || (text.startsWith('{"event":"sample"') && parsed(text) === undefined));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checked<T>(schema: v.GenericSchema<unknown, T>, value: object, place: string): T {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = String(issue.path?.[0]?.key);
  const fault = key in value ? `must be ${issue.message}` : 'is missing';
  throw new CharrnnError(line`${place}: ${key} ${fault}; ${remedy}`);
}
