import {
  brokenAtWords,
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  formatError,
  formatLoss,
  formatMemory,
  formatRate,
  formatTable,
  quoteCharacter,
  visible,
} from '../format.js';
import type { Comparison, GradcheckReport, GradcheckRow } from '../gradcheck/gradcheck.js';
import type { Inspection, Losses, ParameterInspection, TrainingInspection } from '../inspection/inspection.js';
import type { Figures } from '../scoring/figures.js';
import type { Measurement } from '../scoring/measure.js';
import type { ParameterGroup, RunPlan } from '../training/dry-run.js';
import { outputColour } from './capabilities.js';

/** Formats the gradient check of one cell as a heading and a table. */
export function reportLines(report: GradcheckReport): string[] {
  const { cell, layers, hidden, batch, sequence, rows, numericBound, kernelBound } = report;
  const heading = [
    'tensor',
    'shape',
    `numeric <= ${numericBound.toExponential()}`,
    'at',
    'checked',
    `kernels <= ${kernelBound.toExponential()}`,
    'at',
    '',
  ];
  const [first, ...table] = formatTable([heading, ...rows.map(rowCells)], [2, 3, 4, 5, 6]);
  const marked = table.map((line, i) => (hasPassed(rows[i]) ? line : outputColour.red(line)));
  const title = `${outputColour.bold(cell)}  layers ${layers}, hidden ${hidden}, batch ${batch}, sequence ${sequence}`;
  return [title, outputColour.dim(first), ...marked, ''];
}

/** Formats the overall result in one line. */
export function closingLine(reports: readonly GradcheckReport[]): string {
  const rows = reports.flatMap((report) => report.rows);
  const wrong = rows.filter((row) => !hasPassed(row)).length;
  const checked = formatCount(rows.reduce((sum, { numeric }) => sum + numeric.checked, 0));
  return wrong === 0
    ? outputColour.green(`all ${rows.length} tensors agree (${checked} numeric gradients)`)
    : outputColour.red(`${wrong} of ${rows.length} tensors DO NOT agree (${checked} numeric gradients)`);
}

const hasPassed = ({ numeric, kernels }: GradcheckRow): boolean => numeric.passed && kernels.passed;

function rowCells(row: GradcheckRow): string[] {
  const { tensor, shape, numeric, kernels } = row;
  const mark = hasPassed(row) ? 'ok' : 'MISMATCH';
  const place = ({ index }: Comparison): string => `[${index}]`;
  return [
    tensor,
    shape.join('×'),
    ...[formatError(numeric.largestError), place(numeric), formatCount(numeric.checked)],
    ...[formatError(kernels.largestError), place(kernels)],
    mark,
  ];
}

/** Formats measurements as a table, with a row for each text and a total if there are several. */
export function measurementLines(files: readonly Measurement[], total: Measurement): string[] {
  const all = files.length > 1 ? [...files, total] : files;
  const rows = all.flatMap(({ dynamic, ...measured }) => {
    const { name, characters, predictions, unknown } = measured;
    const counts = [characters, predictions, unknown].map(formatCount);
    const fixed = [name, ...counts, ...figures(measured)];
    return dynamic ? [fixed, ['  learning', '', '', '', ...figures(dynamic)]] : [fixed];
  });
  const heading = ['text', 'characters', 'predicted', 'unknown', 'nats', 'bits', 'perplexity'];
  const [first, ...lines] = formatTable([heading, ...rows], [1, 2, 3, 4, 5, 6]);
  return [outputColour.dim(first), ...lines];
}

const figures = ({ nats, bits, perplexity }: Figures): string[] =>
  [nats, bits, perplexity].map((value, i) => value?.toFixed(i < 2 ? 4 : 3) ?? '-');

/** Formats a plan as text: tables of parameters and memory, then corpus, steps, time and checkpoint. */
export function planLines(plan: RunPlan): string[] {
  const { cell, layers, hidden, parameters } = plan.model;
  const title = `${outputColour.bold(`${cell} ${layers}×${hidden}`)}, ${formatCount(parameters)} parameters`;
  return [title, '', ...parameterLines(plan.groups), '', ...memoryLines(plan.memory), '', ...restLines(plan)];
}

function parameterLines(groups: readonly ParameterGroup[]): string[] {
  const rows = groups.map(({ name, tensors, parameters }) => {
    const shapes = tensors.map((tensor) => `${tensor.name} ${tensor.shape.join('×')}`).join('  ');
    return [name, shapes, formatCount(parameters)];
  });
  return table([['group', 'tensors', 'parameters'], ...rows], [2]);
}

function memoryLines({ parts, webAssembly, total, machine }: RunPlan['memory']): string[] {
  const rows = parts.map(({ name, bytes }) => [name, formatMemory(bytes)]);
  const sums = [
    ['total', formatMemory(total)],
    ['of which in WebAssembly, at most 4.0 GiB', formatMemory(webAssembly)],
    ['this machine has', formatMemory(machine.total)],
    ['free now', formatMemory(machine.available)],
  ];
  return table([['memory', 'size'], ...rows, ...sums], [1]);
}

function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const [heading, ...lines] = formatTable(rows, right);
  return [outputColour.dim(heading), ...lines];
}

function restLines({ model, corpus, run, estimate, checkpoint }: RunPlan): string[] {
  const { characters, training, validation } = corpus;
  const parts = `${formatCount(training)} to train on, ${formatCount(validation)} for validation`;
  const steps = run.steps === null ? 'as many as fit in the time' : `${formatCount(run.steps)} in total`;
  const batch = `batch ${formatCount(run.batch)}`;
  const times = run.accumulate > 1 ? ` × ${formatCount(run.accumulate)}` : '';
  const window = model.task ? batch : `${batch} × sequence ${formatCount(run.sequence)}`;
  return formatTable([
    [
      model.task ? 'examples' : 'text',
      `${formatCount(characters)} characters, ${formatCount(model.vocabulary)} distinct: ${parts}`,
    ],
    ['steps', `${window}${times}, ${counted(run.stepsPerEpoch, 'step')} per epoch, ${steps}`],
    ['time', timeText(run, estimate)],
    ['checkpoint', `${visible(checkpoint.path ?? 'none')}, about ${formatBytes(checkpoint.bytes)}`],
  ]);
}

function timeText({ steps: inAll, threads, backend }: RunPlan['run'], estimate: RunPlan['estimate']): string {
  const { steps, seconds, secondsPerStep, charactersPerSecond } = estimate;
  const by = `${threads} ${threads === 1 ? 'thread' : 'threads'}, ${backend}`;
  const total = formatDuration(seconds);
  if (steps === 0) {
    const slow = `no step ended within ${secondsPerStep}s (${by})`;
    return inAll === null ? `${total}; ${slow}` : `more than ${total}: ${slow}`;
  }
  const trial = steps === 1 ? '1 step' : `${formatCount(steps)} steps`;
  const estimated = `estimated from a trial of ${trial}: ${formatRate(charactersPerSecond)} (${by})`;
  if (inAll === null) return `${total}, about ${formatCount(Math.floor(seconds / secondsPerStep))} steps, ${estimated}`;
  return `about ${total}, ${estimated}`;
}

/** Maximum number of vocabulary characters shown. */
const SHOWN = 400;

/** Formats the contents of a checkpoint as text. @param width columns of the terminal */
export function inspectionLines(path: string, inspection: Inspection, width: number, command: string): string[] {
  const { model, parameters, training, bytes } = inspection;
  const size = bytes === null ? '' : `, ${formatBytes(bytes)}`;
  const counted = `${formatCount(model.parameters)} parameters`;
  return [
    `${outputColour.bold(visible(path))}: ${model.cell} ${model.layers}×${model.hidden}, ${counted}${size}`,
    ...taskLines(model.task, width),
    '',
    ...vocabularyLines(inspection, width),
    '',
    ...tensorLines(parameters),
    '',
    ...(training ? trainingLines(training, command) : ['training    none: made only for sampling']),
  ];
}

/** Names the task, and lists its labels. */
function taskLines(task: Inspection['model']['task'], width: number): string[] {
  if (!task) return [];
  const { name, labels = [], features, isSourceReversed } = task;
  const vectors = features === undefined ? '' : ` of vectors of ${formatCount(features)} numbers`;
  const first = `task ${name}${vectors}${isSourceReversed ? ', sources reversed' : ''}`;
  if (labels.length === 0) return ['', outputColour.dim(first)];
  const words = labels.slice(0, SHOWN).map((label) => visible(label));
  const rest = labels.length > SHOWN ? ` … and ${formatCount(labels.length - SHOWN)} more` : '';
  const lines = brokenAtWords(`${words.join(', ')}${rest}`, Math.min(width, 100) - 2);
  return ['', outputColour.dim(`${first}, ${formatCount(labels.length)} labels`), ...lines.map((text) => `  ${text}`)];
}

/** Lists the characters, with invisible ones as JavaScript escapes. */
function vocabularyLines({ model, vocabulary }: Inspection, width: number): string[] {
  const { characters, unknown } = vocabulary;
  const words = characters.slice(0, SHOWN).map((character) => {
    // A bare space would be invisible; a quotation mark needs no backslash.
    if (character === ' ') return '" "';
    return character === '"' ? character : quoteCharacter(character.codePointAt(0) ?? 0).slice(1, -1);
  });
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length + 1 + word.length > Math.min(width, 100)) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  const left = characters.length - words.length;
  if (left > 0) lines.push(`  … and ${formatCount(left)} more; the JSON output lists all`);
  const rest = unknown ? ', one of them for all unknown characters' : '';
  return [outputColour.dim(`vocabulary of ${formatCount(model.vocabulary)}${rest}`), ...lines];
}

function tensorLines(parameters: readonly ParameterInspection[]): string[] {
  const rows = parameters.map(({ name, shape, count, norm, mean, min, max }) => {
    return [name, shape.join('×'), formatCount(count), ...[norm, mean, min, max].map(formatValue)];
  });
  const heading = ['parameter', 'shape', 'count', 'norm', 'mean', 'min', 'max'];
  const [first, ...lines] = formatTable([heading, ...rows], [2, 3, 4, 5, 6]);
  return [outputColour.dim(first), ...lines];
}

/** Formats a value with four significant digits. */
const formatValue = (value: number): string => String(Number(value.toPrecision(4)));

function trainingLines(training: TrainingInspection, command: string): string[] {
  const { step, totalSteps, epoch, loss, validationLoss, best, seed, corpus } = training;
  const total = totalSteps === null ? '' : ` of ${formatCount(totalSteps)}`;
  const rows = [
    [
      'training',
      `${formatCount(step)}${total} steps, ${epoch === null ? '' : `${epoch.toFixed(2)} epochs, `}seed ${seed}`,
    ],
    ['loss', lossText(loss)],
    ['validation', lossText(validationLoss)],
    ['best', lossText(best)],
    ['corpus', `${formatCount(corpus.characters)} characters, sha256 of its symbols ${corpus.sha256}`],
    ['repeat', command],
  ];
  return formatTable(rows.filter(([, text]) => text !== ''));
}

const lossText = (losses: Losses | null): string =>
  losses ? `${formatLoss(losses.loss)} at step ${formatCount(losses.step)}, epoch ${losses.epoch.toFixed(2)}` : '';
