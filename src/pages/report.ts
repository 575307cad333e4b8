import { readFile } from 'node:fs/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { requireTask } from '../checkpoint/tasks.js';
import { counted } from '../format.js';
import { kebab } from '../options/option.js';
import { type BackendName, type TrainingConfig, trainingValues } from '../options/training-options.js';
import type { LogLine } from '../training/log.js';
import { characterMap } from './character-map.js';
import { courseOfHistory, courseOfLog, isLogOf } from './course.js';
import { pageDocument } from './document.js';
import { backwardData } from './gradient-data.js';
import { cardOf } from './model-card.js';
import type { CourseData, ReportData, RunData, TextData } from './report-data.js';
import { drawSamples, drawShownText, readShownText, type ShownText, type TextRequest } from './shown-text.js';
import { surpriseAt } from './surprise.js';
import { beginningOf, unitData } from './unit-data.js';

/** A checkpoint to report on. */
export interface ReportedCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  /** Size of the file, or null for a pipe. */
  readonly bytes: number | null;
}

/** A log to report on. */
export interface ReportedLog {
  readonly path: string;
  readonly lines: readonly LogLine[];
}

export interface ReportRequest {
  readonly checkpoints: readonly ReportedCheckpoint[];
  readonly logs: readonly ReportedLog[];
  /** The text that the models read; the first of them writes one if not given. */
  readonly text: TextRequest | undefined;
  readonly seed: number;
  readonly backend: BackendName;
  readonly threads?: number | undefined;
  /** Returns the command that repeats a run. */
  readonly commandOf: (config: TrainingConfig) => string;
  readonly onProgress?: ((task: string, share: number) => void) | undefined;
}

/** Computes what a report shows. The same request gives the same report. @throws CharrnnError */
export async function reportData(request: ReportRequest): Promise<ReportData> {
  const { checkpoints, logs, onProgress = () => {} } = request;
  const own = checkpoints.map((reported) => logOf(reported, request));
  const others = logs.filter((log) => !own.includes(log));
  const names = namesOf([...checkpoints, ...others].map(({ path }) => path));
  const text = await textFor(request, names);
  const runs: RunData[] = [];
  for (const [i, reported] of checkpoints.entries()) {
    onProgress(names[i], 0);
    runs.push(await runOf(names[i], reported, own[i], text, request));
  }
  for (const log of others) runs.push(runOfLog(names[runs.length], log));
  return { runs, options: optionsOf(checkpoints, runs.length), text: text ? textData(text) : null, watch: null };
}

/** The page of a report, in pieces. */
export async function reportPage(data: ReportData): Promise<Generator<string>> {
  const [program, styles] = await Promise.all(
    ['report-page.js', 'report-page.css'].map((name) =>
      readFile(new URL(`./browser/${name}`, import.meta.url), 'utf8'),
    ),
  );
  const names = data.runs.map(({ name }) => name).join(', ');
  return pageDocument({
    ...{ title: `${names || 'charrnn'} – report`, body: '<main id="report"></main>', styles, program, data },
    purpose: 'draws its charts',
    connections: data.watch ? "'self'" : undefined,
  });
}

/** Short names that differ: the files' own where these do, otherwise their paths, numbered where even these agree. */
export function namesOf(paths: readonly string[]): string[] {
  const short = paths.map((path) => path.replace(/^.*[\\/](?=.)/, '').replace(/(?<=.)\.jsonl?$/, ''));
  const isRepeated = (name: string, names: readonly string[]): boolean => names.filter((x) => x === name).length > 1;
  const longer = short.map((name, i) => (isRepeated(name, short) ? paths[i] : name));
  return longer.map((name, i) => (isRepeated(name, longer) ? `${name} (${i + 1})` : name));
}

const isOfText = ({ model }: Checkpoint): boolean => model.task === undefined;

async function textFor(request: ReportRequest, names: readonly string[]): Promise<ShownText | undefined> {
  const { checkpoints, text, seed } = request;
  const first = checkpoints.findIndex(({ checkpoint }) => isOfText(checkpoint));
  if (text === undefined) {
    return first < 0 ? undefined : drawShownText(checkpoints[first].checkpoint, names[first], seed);
  }
  for (const { path, checkpoint } of checkpoints) requireTask(checkpoint, ['text'], path);
  return checkpoints.length === 0 ? undefined : readShownText(text, checkpoints[0].checkpoint);
}

function textData({ name, origin, codePoints, isCut }: ShownText): TextData {
  const pieces: string[] = [];
  for (let at = 0; at < codePoints.length; at += 8192) {
    pieces.push(String.fromCodePoint(...codePoints.subarray(at, at + 8192)));
  }
  return { name, origin, content: pieces.join(''), characters: codePoints.length, isCut };
}

/** The log of a checkpoint: the one that has its losses; if there is only one of each, they belong together. */
function logOf({ checkpoint }: ReportedCheckpoint, { checkpoints, logs }: ReportRequest): ReportedLog | undefined {
  if (checkpoints.length === 1 && logs.length === 1) return logs[0];
  const history = checkpoint.training?.history ?? [];
  return logs.find(({ lines }) => isLogOf(lines, history));
}

/** Characters along which the gradient and the gates are watched. */
const BEGINNING = 20_000;

async function runOf(
  name: string,
  { path, checkpoint, bytes }: ReportedCheckpoint,
  log: ReportedLog | undefined,
  text: ShownText | undefined,
  { backend, threads, seed, commandOf, onProgress = () => {} }: ReportRequest,
): Promise<RunData> {
  const reads = isOfText(checkpoint);
  const beginning = reads && text ? beginningOf(text.codePoints, BEGINNING, checkpoint) : undefined;
  const reading = { backend, threads, onProgress: (share: number) => onProgress(`${name}: reading`, share) };
  return {
    name,
    course: courseOf(path, checkpoint, log),
    card: cardOf(checkpoint, bytes, commandOf),
    map: characterMap(checkpoint),
    samples: reads ? await drawSamples(checkpoint, seed) : [],
    surprise: reads && text ? await surpriseAt(checkpoint, text.codePoints, reading) : null,
    units: reads && text ? await unitData(checkpoint, text.codePoints, backend) : null,
    ...(beginning ? await backwardData(checkpoint, beginning, backend) : { gradientFlow: null, saturation: [] }),
  };
}

function runOfLog(name: string, { path, lines }: ReportedLog): RunData {
  const course = courseOfLog(lines, null, `${counted(lines.length, 'line')} of ${path}`);
  return {
    ...{ name, course, card: null, map: null, samples: [], surprise: null },
    ...{ units: null, saturation: [], gradientFlow: null },
  };
}

function courseOf(path: string, { training }: Checkpoint, log: ReportedLog | undefined): CourseData {
  const data = training?.config.task ? undefined : training?.config.data;
  const charactersPerStep = data ? data.batch * data.sequence : null;
  if (log) return courseOfLog(log.lines, charactersPerStep, `${counted(log.lines.length, 'line')} of ${log.path}`);
  const history = training?.history ?? [];
  return courseOfHistory(history, charactersPerStep, `the history in ${path}`);
}

/** The options of all runs, by name. */
function optionsOf(checkpoints: readonly ReportedCheckpoint[], runs: number): ReportData['options'] {
  const all = checkpoints.map(({ checkpoint: { training } }): Readonly<Record<string, unknown>> | null =>
    training ? { task: training.config.task?.name, ...trainingValues(training.config) } : null,
  );
  const keys = [...new Set(all.flatMap((values) => Object.keys(values ?? {})))];
  return keys.map((key) => ({
    name: kebab(key),
    values: Array.from({ length: runs }, (_, i) => {
      const values = all[i];
      return values ? String(values[key] ?? 'off') : null;
    }),
  }));
}
