import { formatBytes, formatCount, formatRate, formatTable, visible } from '../format.js';
import type { Inspection, Losses } from '../inspection/inspection.js';
import type { LogInspection } from '../inspection/log-inspection.js';
import { outputColour } from './capabilities.js';
import { type Curve, lossCurves } from './chart.js';

/** A checkpoint or a log among several. */
export interface ComparedFile {
  readonly name: string;
  readonly checkpoint?: Inspection;
  readonly log?: LogInspection;
  /** The options of the training run, as they are spelled in files. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Options that the row of the model shows. */
const inModel = ['cell', 'layers', 'hidden'];

/** Formats files as a table with a column for each, and a row for each option in which they differ. */
export function comparisonLines(files: readonly ComparedFile[]): string[] {
  const runs = files.map((file) => file.checkpoint?.training ?? file.log);
  const row = (title: string, cell: (file: ComparedFile, i: number) => string | undefined): string[] => [
    title,
    ...files.map((file, i) => cell(file, i) ?? ''),
  ];
  const rows = [
    row('model', ({ checkpoint }) => checkpoint && modelText(checkpoint)),
    row('parameters', ({ checkpoint }) => checkpoint && formatCount(checkpoint.model.parameters)),
    row('vocabulary', ({ checkpoint }) => checkpoint && formatCount(checkpoint.model.vocabulary)),
    ...differences(files).map((key) =>
      row(key, ({ options }) => (key in options ? valueText(options[key]) : undefined)),
    ),
    row('steps', (_, i) => stepsText(runs[i])),
    row('epochs', (_, i) => runs[i]?.epoch?.toFixed(2)),
    row('loss, nats', (_, i) => lossText(runs[i]?.loss)),
    row('validation', (_, i) => lossText(runs[i]?.validationLoss)),
    row('lowest', (_, i) => bestText(runs[i]?.best)),
    row('speed', ({ log }) => speedText(log)),
    row('size', ({ checkpoint, log }) => sizeText((checkpoint ?? log)?.bytes)),
  ];
  const filled = rows.filter(([, ...cells]) => cells.some((cell) => cell !== ''));
  const heading = row('', ({ name }) => visible(name));
  const [first, ...lines] = formatTable([heading, ...filled.map((cells) => cells.map((cell) => cell || '-'))]);
  return [outputColour.bold(first), ...lines];
}

/** A loss curve of each file: of the validation if there was one. */
export function comparedCurves(files: readonly ComparedFile[]): Curve[] {
  return files.flatMap(({ name, checkpoint, log }) => {
    const curve = lossCurves((checkpoint?.training ?? log)?.history ?? []).at(-1);
    return curve ? [{ ...curve, name: `${name} ${curve.name}` }] : [];
  });
}

/** The options that not all training runs share, in their order. */
function differences(files: readonly ComparedFile[]): string[] {
  const all = files.map(({ options }) => options).filter((options) => Object.keys(options).length > 0);
  const keys = [...new Set(all.flatMap((options) => Object.keys(options)))].filter((key) => !inModel.includes(key));
  return keys.filter((key) => new Set(all.map((options) => valueText(options[key]))).size > 1);
}

const valueText = (value: unknown): string => (value === undefined || value === null ? 'none' : visible(String(value)));

function modelText({ model: { cell, layers, hidden, task } }: Inspection): string {
  return `${cell} ${layers}×${hidden}${task ? `, ${task.name}` : ''}`;
}

function stepsText(run: { readonly step: number | null; readonly totalSteps?: number | null } | null | undefined) {
  if (!run || run.step === null) return undefined;
  const { totalSteps } = run;
  const isDone = totalSteps === undefined || totalSteps === null || totalSteps === run.step;
  return `${formatCount(run.step)}${isDone ? '' : ` of ${formatCount(totalSteps)}`}`;
}

const lossText = (losses: Losses | null | undefined): string | undefined => losses?.loss.toFixed(3);

const bestText = (best: Losses | null | undefined): string | undefined =>
  best ? `${best.loss.toFixed(3)} at ${formatCount(best.step)}` : undefined;

const speedText = (log: LogInspection | undefined): string | undefined =>
  log?.charactersPerSecond ? formatRate(log.charactersPerSecond) : undefined;

const sizeText = (bytes: number | null | undefined): string | undefined =>
  bytes === null || bytes === undefined ? undefined : formatBytes(bytes);
