import { loadCheckpoint } from '../checkpoint/read.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError, line, option } from '../errors.js';
import { writeWhole } from '../files/atomic-write.js';
import { isStandardInput } from '../files/paths.js';
import { counted, formatBytes, jsonLine, shownName } from '../format.js';
import { findFollowers, followUnits, type NeuronRequest, unitValues } from '../inspection/neurons.js';
import { readTracedText } from '../inspection/traced-text.js';
import { chooseUnits, parseUnits } from '../inspection/units.js';
import { type NeuronValues, propertyNames, neuronOptions as table } from '../options/neuron-options.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { columns, writeLines } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { findingLines, traceLines, valueLines } from '../terminal/unit-reports.js';
import { writeNpy } from '../text/npy.js';
import type { Handler } from './command.js';
import { spelledText } from './spelling.js';
import { checkChoice, refuseConflicts, valuesOf } from './values.js';

const conflicts = {
  values: ['property', 'regex', 'marks', 'top', 'json'],
  unit: ['property', 'regex', 'marks', 'state', 'layer'],
};

export const neurons: Handler = async ({ words, typed }) => {
  refuseConflicts(conflicts, typed);
  const values = valuesOf(table, typed);
  const names = propertiesIn(values);
  const output = outputIn(values);
  const [path] = words.checkpoint;
  const { text } = words;
  if ([path, ...text, ...values.marks].filter(isStandardInput).length > 1) {
    throw new CharrnnError('standard input: can be one of checkpoint, text and marks; give the others as files', 2);
  }
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, 'record');
  requireTask(checkpoint, ['text'], path);
  const isOfUnits = values.unit.length > 0;
  const units = isOfUnits ? parseUnits(checkpoint.model, values.unit) : chooseUnits(checkpoint.model, values);
  const encoding = values.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
  const traced = await readTracedText(text, {
    ...{ vocabulary: checkpoint.vocabulary, encoding },
    onNotice: (message) => say(noticeLine(spelledText(message))),
  });
  const task = new Task();
  const onProgress = (share: number): void => task.show(`reading: ${Math.floor(100 * share)}%`);
  const request: NeuronRequest = { checkpoint, traced, units, backend: values.backend, onProgress };
  try {
    if (output !== undefined) await writeValues(output, request);
    else if (isOfUnits) {
      const traces = await followUnits({ ...request, top: values.top });
      task.close();
      await writeLines(values.json ? [jsonLine({ units: traces })] : traceLines(traces, columns()));
    } else {
      const found = await findFollowers({ ...request, ...values, names });
      task.close();
      await writeLines(values.json ? [jsonLine(found)] : findingLines(found, columns()));
    }
  } finally {
    task.close();
  }
  return 0;
};

/** The properties to search for: those that are given, or all if none are and the user has none of their own. */
function propertiesIn({ property, regex, marks }: NeuronValues): (typeof propertyNames)[number][] {
  for (const name of property) checkChoice(line`${option('property')} ${name}`, propertyNames, name);
  if (property.length + regex.length + marks.length === 0) return [...propertyNames];
  return propertyNames.filter((name) => property.includes(name));
}

const EXTENSION = /\.(npy|jsonl)$/i;

/** The file for values. @throws CharrnnError usage, for a format that is not known */
function outputIn({ values: path }: NeuronValues): string | undefined {
  if (path === undefined || EXTENSION.test(path)) return path;
  throw new CharrnnError(
    line`${option('values')} ${path}: must end in .npy or .jsonl, the formats that are written`,
    2,
  );
}

async function writeValues(path: string, request: NeuronRequest): Promise<void> {
  const { traced, units } = request;
  const { length } = traced.read;
  const batches = unitValues(request);
  const { bytes } = path.toLowerCase().endsWith('.npy')
    ? await writeNpy(path, length, batches)
    : await writeWhole(path, valueLines(units, traced.read, batches));
  say(
    `wrote ${shownName(path)} (${formatBytes(bytes)}): ${counted(length, 'character')}, ${counted(units.length, 'unit')}`,
  );
}
