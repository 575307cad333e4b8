import { formatCount } from '../format.js';
import type { Comparison, GradcheckReport, GradcheckRow } from '../gradcheck/report.js';
import { outputColour } from './colour.js';
import { formatError, formatTable } from './format.js';

/** The heading and the table of one cell. */
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

/** The result in one line. */
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
