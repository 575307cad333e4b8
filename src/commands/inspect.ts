import { CharrnnError } from '../errors.js';
import { writeWhole } from '../files/atomic-write.js';
import { jsonLine } from '../format.js';
import type { Inspection } from '../inspection/inspection.js';
import { inspectOptions as table } from '../options/measuring-options.js';
import { isUnicode } from '../terminal/capabilities.js';
import { chartLines, lossCurves } from '../terminal/chart.js';
import { type ComparedFile, comparedCurves, comparisonLines } from '../terminal/comparison-lines.js';
import { columns, write, writeLines } from '../terminal/output.js';
import { inspectionLines } from '../terminal/reports.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { chartSvg } from '../terminal/svg.js';
import type { Handler } from './command.js';
import { readCompared } from './inspect-several.js';
import { shellQuoted, trainingCommand } from './spelling.js';
import { valuesOf } from './values.js';

export const inspect: Handler = async ({ words, typed }) => {
  const { history, svg, json } = valuesOf(table, typed);
  const { checkpoint: paths } = words;
  if (json && history) throw new CharrnnError('--history: --json includes it; leave one of them out', 2);
  if (svg !== undefined && svg !== '-' && paths.includes(svg)) {
    throw new CharrnnError(`--svg ${svg}: is the checkpoint; give another file`, 2);
  }
  if (json && svg === '-') throw new CharrnnError('--svg -: standard output is for --json; give a file', 2);
  exitOnInterrupt();
  const files = await readCompared(paths);
  const [{ name, checkpoint: only }] = files;
  const isOnly = files.length === 1 && only !== undefined;
  const curves = isOnly ? lossCurves(only.training?.history ?? []) : comparedCurves(files);
  if (curves.length === 0 && (history || svg !== undefined)) {
    throw new CharrnnError(`${paths.join(', ')}: no losses to draw`);
  }
  if (svg !== undefined) {
    const { cell, layers, hidden } = only?.model ?? {};
    const picture = chartSvg(isOnly ? `${name}: ${cell} ${layers}×${hidden}` : 'Losses', curves);
    if (svg !== '-') await writeWhole(svg, [picture]);
    else await write(picture);
  }
  if (svg === '-') return 0;
  const width = columns();
  if (json) {
    await writeLines([jsonLine(files.length === 1 ? spelledOut(files[0]) : files.map(named))]);
    return 0;
  }
  const lines = isOnly ? inspectionLines(name, only, width, repeated(only)) : comparisonLines(files);
  const drawing = history ? ['', ...chartLines(curves, { width, unicode: isUnicode() })] : [];
  await writeLines([...lines, ...drawing]);
  return 0;
};

/** Returns the command line that repeats the training run; CORPUS stands for the files, whose names are unknown. */
const repeated = ({ training }: Inspection): string =>
  training ? ['charrnn', ...trainingCommand(training.config)].map(shellQuoted).join(' ') : '';

/** Adds the options by name, and the command line that repeats the training run as words. */
function spelledOut({ checkpoint, log, options }: ComparedFile): object {
  if (!checkpoint) return log ?? {};
  if (!checkpoint.training) return checkpoint;
  const { config, history, ...training } = checkpoint.training;
  const own = { options, command: trainingCommand(config), history };
  return { ...checkpoint, training: { ...training, ...own } };
}

/** One of several files: its name, and the kind of what follows. */
const named = (file: ComparedFile): object => ({
  ...{ file: file.name, kind: file.log ? 'log' : 'checkpoint' },
  ...spelledOut(file),
});
