import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import type { GradcheckReport, GradcheckRow } from '../../src/gradcheck/gradcheck.js';
import { closingLine, reportLines } from '../../src/terminal/reports.js';

const good = { largestError: 3.14e-9, index: 7, checked: 1200, passed: true };
const bad = { largestError: Number.POSITIVE_INFINITY, index: 3, checked: 12, passed: false };
const row = (changes: Partial<GradcheckRow> = {}): GradcheckRow => ({
  tensor: 'layer0.Wx',
  shape: [11, 24],
  numeric: good,
  kernels: { ...good, index: 9 },
  ...changes,
});
const report = (rows: GradcheckRow[]): GradcheckReport => ({
  cell: 'lstm',
  ...{ layers: 2, hidden: 6, batch: 3, sequence: 5 },
  ...{ numericBound: 1e-6, kernelBound: 1e-4 },
  rows,
  passed: rows.every(({ numeric, kernels }) => numeric.passed && kernels.passed),
});

describe('reportLines', () => {
  it('shows a table of bounds, errors and their indices', () => {
    const lines = reportLines(report([row(), row({ tensor: 'layer0.b', shape: [24], numeric: bad })]));
    assert.deepEqual(lines.map(stripVTControlCharacters), [
      'lstm  layers 2, hidden 6, batch 3, sequence 5',
      'tensor     shape  numeric <= 1e-6   at  checked  kernels <= 1e-4   at',
      'layer0.Wx  11×24           3.1e-9  [7]    1,200           3.1e-9  [9]  ok',
      'layer0.b   24          not finite  [3]       12           3.1e-9  [9]  MISMATCH',
      '',
    ]);
  });
});

describe('closingLine', () => {
  it('counts the tensors and gradients that were checked', () => {
    const line = closingLine([report([row()]), report([row(), row()])]);
    assert.equal(stripVTControlCharacters(line), 'all 3 tensors agree (3,600 numeric gradients)');
  });

  it('counts mismatches of either kind', () => {
    const line = closingLine([report([row({ kernels: bad })]), report([row({ numeric: bad }), row()])]);
    assert.match(stripVTControlCharacters(line), /^2 of 3 tensors DO NOT agree/);
  });
});
