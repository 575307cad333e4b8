import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chartSvg, ticks } from '../../src/terminal/svg.js';

const training = {
  name: 'training',
  points: [
    { x: 10, y: 4 },
    { x: 40, y: 1 },
  ],
};

describe('chartSvg', () => {
  it('draws axes, labels and a legend, and escapes its text', () => {
    const svg = chartSvg('<a> & "b"\u001b', [training, { name: 'validation', points: [{ x: 20, y: 2.5 }] }]);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    assert.match(svg, /<title>&lt;a&gt; &amp; &quot;b&quot;\?<\/title>/);
    for (const part of ['>step<', 'nats per character', 'training: 1.000', 'validation: 2.500', '>40<', '>3<']) {
      assert.ok(svg.includes(part), part);
    }
    // From one end of the axis to the other.
    assert.match(svg, /<path d="M70 [\d.]+L780 [\d.]+"/);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
  });

  it('marks the best point of a curve with a ring, and says which step it is', () => {
    const points = [3, 2, 2.5].map((y, i) => ({ x: 1000 * i, y }));
    const svg = chartSvg('best', [{ name: 'validation', points, best: points[1] }]);
    assert.match(svg, /<circle cx="425" cy="[\d.]+" r="6" fill="#fff" /);
    assert.ok(svg.includes('validation: 2.500 (3.607 bits), best 2.000 at step 1,000<'));
    assert.doesNotMatch(chartSvg('none', [{ name: 'training', points }]), /r="6"|best 2/);
  });

  it('draws a single point', () => {
    const svg = chartSvg('one', [{ name: 'training', points: [{ x: 3, y: 2 }] }]);
    assert.doesNotMatch(svg, /NaN|Infinity/);
    assert.match(svg, /<circle cx="425"/);
  });
});

describe('ticks', () => {
  it('are round', () => {
    assert.deepEqual(ticks(1.43, 1.71, 7), [1.45, 1.5, 1.55, 1.6, 1.65, 1.7]);
    assert.deepEqual(ticks(0, 1604, 9), [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600]);
    assert.deepEqual(ticks(1, 3, 9, 1), [1, 2, 3]);
    assert.deepEqual(ticks(4, 4, 9), [4]);
  });

  it('are in range and ascending, at least two and at most as many as allowed', () => {
    const from = fc.double({ min: 0, max: 1e6, noNaN: true });
    const range = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(from, range, (from, range) => {
        const found = ticks(from, from + range, 8);
        assert.ok(found.length >= 2 && found.length <= 8, String(found));
        found.forEach((tick, i) => {
          assert.ok(i === 0 || tick > found[i - 1]);
          assert.ok(tick >= from - range * 1e-3 && tick <= from + range * 1.001, `${tick} in ${from} ${range}`);
        });
      }),
      { seed: 7 },
    );
  });
});
