import assert from 'node:assert/strict';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { type Axes, type Curve, chartLines, extentOf, heightAt, lossCurves } from '../../src/terminal/chart.js';
import { chartSvg } from '../../src/terminal/svg.js';

const history = [
  { step: 10, epoch: 0.5, loss: 4, validationLoss: null },
  { step: 20, epoch: 1, loss: 2, validationLoss: 3 },
  { step: 40, epoch: 2, loss: 1, validationLoss: 2.5 },
];
const curves = lossCurves(history);

describe('lossCurves', () => {
  it('returns a training and a validation curve, each with the points that were measured', () => {
    const sizes = curves.map(({ name, points }) => `${name} ${points.length}`);
    assert.deepEqual(sizes, ['training 3', 'validation 2']);
    assert.equal(lossCurves(history.slice(0, 1)).length, 1);
    assert.deepEqual(lossCurves([]), []);
    assert.deepEqual(extentOf(curves), { left: 10, right: 40, bottom: 1, top: 4 });
  });
});

describe('heightAt', () => {
  it('interpolates linearly between points, and is undefined outside them', () => {
    const heights = [5, 10, 15, 30, 40, 41].map((x) => heightAt(curves[0], x));
    assert.deepEqual(heights, [undefined, 4, 3, 1.5, 1, undefined]);
  });
});

const plain = (...args: Parameters<typeof chartLines>): string[] => chartLines(...args).map(stripVTControlCharacters);

describe('chartLines', () => {
  it('draws from the highest loss at the top left to the lowest at the bottom right', () => {
    const lines = plain(curves, { width: 60, unicode: false });
    assert.equal(lines.length, 20);
    assert.match(lines[0], /^4\.000 \|\*/);
    assert.match(lines[15], /^1\.000 \| .*\*$/);
    assert.match(lines[17], /^ +10 +step +40$/);
    assert.deepEqual(lines.slice(18), [
      '       * training 1.000 (1.443 bits)',
      '       o validation 2.500 (3.607 bits)',
    ]);
    for (const line of lines) assert.ok(/^[ -~]*$/.test(line) && line.length <= 60, line);
    // The validation begins at step 20, a third of the way through 53 columns.
    const begins = lines.slice(0, 16).map((line) => line.indexOf('o'));
    assert.equal(Math.min(...begins.filter((at) => at >= 0)), 7 + 18);
  });

  it('fits any width and any losses', () => {
    const loss = fc.double({ min: 0, max: 100, noNaN: true });
    const points = fc.array(fc.record({ y: loss, wait: fc.integer({ min: 1, max: 1000 }) }), { minLength: 1 });
    fc.assert(
      fc.property(points, fc.integer({ min: 40, max: 200 }), (entries, width) => {
        let x = 0;
        const curve = entries.map(({ y, wait }) => {
          x += wait;
          return { x, y };
        });
        const lines = plain([{ name: 'a', points: curve }], { width, unicode: true });
        assert.equal(lines.length, 19);
        for (const line of lines) assert.ok(line.length <= width, line);
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});

describe('a logarithmic chart', () => {
  const axes: Axes = { x: 'k', y: 'share', isLogarithmic: true, legend: () => 'end' };
  const decay = (name: string, rate: number): Curve => ({
    ...{ name, points: Array.from({ length: 41 }, (_, x) => ({ x, y: rate ** x })) },
  });

  it('draws an exponential decay as a straight line, between whole powers of ten', () => {
    const lines = plain([decay('a', 10 ** -0.14)], { width: 47, unicode: false }, axes);
    assert.match(lines[0], /^ +1 \|\*/);
    assert.match(lines[5], /^0\.01 \|/);
    assert.match(lines[15], /^1e-6 \|/);
    const columns = lines.slice(0, 15).map((line) => line.indexOf('*'));
    columns.slice(1, 14).forEach((column, i) => {
      assert.ok(Math.abs(column - columns[i] - 40 / 14) < 2, String(columns));
    });
    assert.equal(lines.at(-1)?.trim(), '* a end');
  });

  it('leaves out what is zero or far below the others, and draws seven curves', () => {
    const curves = [decay('a', 0.9), decay('zero', 0), ...Array.from({ length: 5 }, (_, i) => decay(`${i}`, 0.01))];
    const lines = plain(curves, { width: 60, unicode: true }, axes);
    assert.match(lines[15], /^ *1e-9 │/);
    assert.equal(lines.length, 16 + 2 + 7);
    assert.doesNotMatch(chartSvg('x', curves, axes), /NaN|Infinity|undefined/);
    // The axis goes to the end, even if all curves leave the chart before.
    assert.match(plain(curves.slice(2), { width: 60, unicode: true }, axes)[17], / 0 +k +40$/);
  });
});
