import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { jsonLine } from '../format.js';
import { checkGradients } from '../gradcheck/gradcheck.js';
import { gradcheckOptions as table } from '../options/measuring-options.js';
import { cells } from '../options/training-options.js';
import { writeLines } from '../terminal/output.js';
import { closingLine, reportLines } from '../terminal/reports.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { spelled } from './spelling.js';
import { valuesOf } from './values.js';

/** Options that a checkpoint determines. */
const shapeOptions = ['cell', 'layers', 'hidden', 'task'];

export const gradcheck: Handler = async ({ words, typed }) => {
  const { json, cell, dropoutMask, ...options } = valuesOf(table, typed);
  const [path] = words.checkpoint;
  const conflict = shapeOptions.find((key) => path !== undefined && key in typed);
  if (conflict) throw new CharrnnError(`${spelled(conflict)}: ${path} determines the shape; leave it out`, 2);
  exitOnInterrupt();
  const checkpoint = path === undefined ? undefined : await loadCheckpoint(path, 'model');
  const only = checkpoint?.model.cell ?? cell;
  const reports = [];
  for (const name of only ? [only] : cells) {
    const locked = dropoutMask === 'locked';
    const report = checkGradients({ ...options, locked, cell: name, ...(checkpoint && { checkpoint }) });
    if (!json) await writeLines(reportLines(report));
    reports.push(report);
  }
  const passed = reports.every((report) => report.passed);
  await writeLines(json ? [jsonLine({ passed, reports })] : [closingLine(reports)]);
  return passed ? 0 : 1;
};
