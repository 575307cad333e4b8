import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { sizeOfFile, writeWhole } from '../files/atomic-write.js';
import { jsonLine } from '../format.js';
import { type Inspection, inspect as inspectCheckpoint } from '../inspection/inspection.js';
import { inspectOptions as table } from '../options/measuring-options.js';
import { isUnicode } from '../terminal/capabilities.js';
import { chartLines, lossCurves } from '../terminal/chart.js';
import { columns, write, writeLines } from '../terminal/output.js';
import { inspectionLines } from '../terminal/reports.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { chartSvg } from '../terminal/svg.js';
import type { Handler } from './command.js';
import { namedValues, shellQuoted, trainingCommand } from './spelling.js';
import { valuesOf } from './values.js';

export const inspect: Handler = async ({ words, typed }) => {
  const { history, svg, json } = valuesOf(table, typed);
  const [path] = words.checkpoint;
  if (json && history) throw new CharrnnError('--history: --json includes it; leave one of them out', 2);
  if (svg === path && path !== '-') throw new CharrnnError(`--svg ${svg}: is the checkpoint; give another file`, 2);
  if (json && svg === '-') throw new CharrnnError('--svg -: standard output is for --json; give a file', 2);
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, 'record');
  const found = inspectCheckpoint(checkpoint, await sizeOfFile(path));
  const curves = lossCurves(found.training?.history ?? []);
  if (curves.length === 0 && (history || svg !== undefined)) throw new CharrnnError(`${path}: no losses to draw`);
  if (svg !== undefined) {
    const { cell, layers, hidden } = found.model;
    const picture = chartSvg(`${path}: ${cell} ${layers}×${hidden}`, curves);
    if (svg !== '-') await writeWhole(svg, [picture]);
    else await write(picture);
  }
  if (svg === '-') return 0;
  const width = columns();
  const lines = json ? [jsonLine(spelledOut(found))] : inspectionLines(path, found, width, repeated(found));
  const drawing = history ? ['', ...chartLines(curves, { width, unicode: isUnicode() })] : [];
  await writeLines([...lines, ...drawing]);
  return 0;
};

/** Returns the command line that repeats the training run; CORPUS stands for the files, whose names are unknown. */
const repeated = ({ training }: Inspection): string =>
  training ? ['charrnn', ...trainingCommand(training.config)].map(shellQuoted).join(' ') : '';

/** Adds the options by name, and the command line that repeats the training run as words. */
function spelledOut(found: Inspection): object {
  if (!found.training) return found;
  const { config, history, ...training } = found.training;
  const own = { options: namedValues(config), command: trainingCommand(config), history };
  return { ...found, training: { ...training, ...own } };
}
