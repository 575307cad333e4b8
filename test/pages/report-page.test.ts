import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { defaults } from '../../src/options/training-options.js';
import { reportData, reportPage } from '../../src/pages/report.js';
import { watchLog } from '../../src/pages/watch.js';
import { example } from '../checkpoint/example.js';
import { temporaryFolder } from '../temporary-folder.js';
import { followsColourScheme, inBrowsers, open } from './browser.js';
import { logLine } from './log-line.js';

/** A text that would like to be more than a text. */
const HOSTILE = [
  '</script><script>alert(1)</script><img src=x onerror=alert(2)><!--',
  'javascript:alert(3) \u202eevil\u202c \u200b\u2066 \0\u001b[31m',
  '<svg onload="alert(4)"><style>*{display:none}</style>\u2028',
].join('\n');

// What is asked in the page. The tests themselves know no types of a browser.

/** Tries to run a script, to write markup and to send something. */
const INTRUSION = `(async () => {
  const attempt = (act) => {
    try {
      act();
      return true;
    } catch {
      return false;
    }
  };
  const script = document.createElement('script');
  const written = attempt(() => { script.textContent = 'globalThis.ran = true'; });
  document.body.append(script);
  const markup = attempt(() => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'));
  const sent = await fetch('https://example.org').then(() => true, () => false);
  return { ran: 'ran' in globalThis, written, markup, sent };
})()`;

interface Looks {
  readonly sideways: number;
  readonly ink: string;
  readonly paper: string;
}
const LOOKS = `({
  sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  ink: getComputedStyle(document.body).color,
  paper: getComputedStyle(document.documentElement).backgroundColor,
})`;

const OPENED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";

/** The titles of visible charts that have hardly a coloured pixel. */
const EMPTY_CHARTS = `[...document.querySelectorAll('figure.chart:not([hidden])')].filter((figure) => {
  const canvas = figure.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let coloured = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b, a] = [data[i], data[i + 1], data[i + 2], data[i + 3]];
    if (a > 150 && Math.max(r, g, b) - Math.min(r, g, b) > 60) coloured++;
  }
  return coloured < 12;
}).map((figure) => figure.querySelector('.chart-title').textContent)`;

/** The first characters of a text in a vocabulary, so that a model reads them. */
const codePoints = [...new Set([...HOSTILE, ...'abcdefghij klmno'])]
  .map((character) => character.codePointAt(0) ?? 0)
  .sort((a, b) => a - b);

const model = { cell: 'lstm', layers: 2, hidden: 6, vocabulary: codePoints.length } as const;
const checkpoint = { ...example(model), vocabulary: { unknown: false, codePoints } };
const lines = Array.from({ length: 60 }, (_, i) =>
  logLine(10 * i + 10, { ...(i % 6 === 5 && { validationLoss: 3 - i / 90 }), clipped: i / 60, loss: 4 - i / 40 }),
);

inBrowsers('a report', (launch) => {
  const { path, write, remove } = temporaryFolder();
  let browser: Browser;
  let address: string;

  before(async () => {
    const text = `${HOSTILE}\n${'abc def\nghij klmno\n'.repeat(3000)}`;
    const data = await reportData({
      checkpoints: ['a', '<img src=x onerror=alert(5)>'].map((name) => ({ path: name, checkpoint, bytes: 1234 })),
      logs: [{ path: 'b.jsonl', lines }],
      text: {
        ...{ corpus: [write('hostile.txt', text)], split: 'all', encoding: 'utf8', most: 1e6 },
        onNotice: () => {},
      },
      ...{ seed: 1, backend: 'wasm', threads: 1 },
      commandOf: (config) => `charrnn train ${config.model.cell} </script><script>alert(6)</script>`,
    });
    address = pathToFileURL(write('report.html', [...(await reportPage(data))].join(''))).href;
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    remove();
  });

  it('has no error and asks for nothing; every chart has curves; hostile texts stay texts', async () => {
    const { tab, faults } = await open(browser, address);
    assert.deepEqual(await emptyCharts(tab), []);
    assert.ok((await tab.locator('figure.chart:visible').count()) >= 6);
    const shown = await tab.locator('#text .block').first().textContent();
    assert.ok(shown?.startsWith('</script><script>alert(1)</script><img src=x onerror=alert(2)><!--↵\n'));
    assert.ok(shown?.includes('⟨202E⟩evil⟨202C⟩ ⟨200B⟩⟨2066⟩ ␀␛[31m↵'), shown ?? '');
    assert.match(
      (await tab.locator('#model .card').nth(1).textContent()) ?? '',
      /^<img src=x onerror=alert\(5\)>Network/,
    );
    assert.equal(await tab.locator('img, script:not([type]) ~ *, svg[onload], [onerror]').count(), 0);
    assert.deepEqual(faults, []);
    await tab.close();
  });

  it('does not run a script that gets into it', async () => {
    const { tab } = await open(browser, address);
    const ran = await tab.evaluate(INTRUSION);
    assert.deepEqual(ran, { ran: false, written: false, markup: false, sent: false });
    await tab.close();
  });

  it('tells on hover and with the keys what was expected', async () => {
    const { tab, faults } = await open(browser, address);
    const view = tab.locator('#text .text-view');
    const detail = tab.locator('#text .detail');
    await view.scrollIntoViewIfNeeded();
    await view.locator('.block span').nth(3).hover();
    await assertMatches(detail, /^c ?U\+0063, character 4/);
    assert.match((await detail.textContent()) ?? '', /bits: probability [\d.]+ %\. Expected:/);
    assert.ok((await detail.locator('li').count()) >= 2);
    await view.locator('.block span').nth(3).click();
    await tab.keyboard.press('ArrowRight');
    await assertMatches(detail, /^r ?U\+0072, character 5/);
    await tab.keyboard.press('ArrowDown');
    await assertMatches(detail, /^s ?U\+0073, character 72/);
    assert.equal(await view.locator('.here').textContent(), 's');
    await tab.keyboard.press('End');
    await assertMatches(detail, /^↵/);
    await tab.keyboard.press('Escape');
    await assertMatches(detail, /No character chosen/);
    assert.deepEqual(faults, []);
    await tab.close();
  });

  it('shows a unit that one chooses', async () => {
    const { tab } = await open(browser, address);
    await tab.locator('#units input[type=number]').fill('4');
    await tab.locator('#units select').last().selectOption('1');
    await assertMatches(tab.locator('#units .detail'), /^Layer 1, unit 4: c between ±/);
    assert.ok((await tab.locator('#units .block span[class^=p], #units .block span[class^=n]').count()) > 100);
    await tab.close();
  });

  it('moves the cursor of a chart, zooms and shows everything again, with keys and with the mouse', async () => {
    const { tab } = await open(browser, address);
    const chart = tab.locator('#runs figure.chart').first();
    const plot = chart.locator('.plot');
    await plot.focus();
    await tab.keyboard.press('ArrowRight');
    assert.match((await chart.locator('.place').textContent()) ?? '', /^steps 10$/);
    await tab.keyboard.press('End');
    assert.match(
      (await chart.locator('output').textContent()) ?? '',
      /^steps 600: .*b training 2\.525, b validation 2\.344$/,
    );
    await tab.keyboard.press('+');
    await chart.getByText('show all').waitFor({ state: 'visible' });
    await tab.keyboard.press('Escape');
    await chart.getByText('show all').waitFor({ state: 'hidden' });
    const box = (await plot.boundingBox()) ?? assert.fail();
    await tab.mouse.move(box.x + 200, box.y + 80);
    await tab.mouse.down();
    await tab.mouse.move(box.x + 500, box.y + 80, { steps: 4 });
    await tab.mouse.up();
    await chart.getByText('show all').click();
    await chart.getByText('show all').waitFor({ state: 'hidden' });
    await tab.locator('#runs input[type=range]').fill('0.9');
    await tab.locator('#runs input[type=checkbox]').check();
    await tab.locator('#runs select').selectOption({ label: 'epochs' });
    assert.deepEqual(await emptyCharts(tab), []);
    await tab.close();
  });

  for (const [name, options] of [
    ['at 400 pixels', { viewport: { width: 400, height: 800 } }],
    ['in the dark', { colorScheme: 'dark' as const }],
    ['at 3,840 pixels', { viewport: { width: 3840, height: 2160 } }],
  ] as const) {
    it(`fits and can be read ${name}`, async function () {
      if (name === 'in the dark' && !followsColourScheme(browser)) this.skip();
      const { tab, faults } = await open(browser, address, options);
      assert.deepEqual(await emptyCharts(tab), []);
      const { sideways, ink, paper } = await tab.evaluate<Looks>(LOOKS);
      assert.ok(sideways <= 0, `${sideways}`);
      assert.ok(contrast(ink, paper) > 10, `${ink} on ${paper}`);
      assert.equal(luminance(paper) < 0.2, name === 'in the dark');
      assert.deepEqual(faults, []);
      await tab.close();
    });
  }

  it('follows the log of a run while it grows', async () => {
    const log = path('growing.jsonl');
    const watch = await watchLog(log, 0);
    try {
      const { tab, faults } = await open(browser, watch.address);
      const status = tab.locator('[role=status]');
      await assertMatches(status, /Waiting/);
      const written = (part: typeof lines): string => part.map((line) => `${JSON.stringify(line)}\n`).join('');
      writeFileSync(log, written(lines.slice(0, 10)));
      await assertMatches(status, /step 100,/);
      appendFileSync(log, written(lines.slice(10)));
      await assertMatches(status, /step 600,/);
      assert.deepEqual(await emptyCharts(tab), []);
      assert.deepEqual(
        faults.filter((fault) => !fault.startsWith(`request: ${watch.address}lines?from=`)),
        [],
      );
      await tab.close();
    } finally {
      await watch.close();
    }
  });

  it('opens a text of a million characters within two seconds', async () => {
    const content = 'One must imagine, and write, and cross out.\n'.repeat(23_000).slice(0, 1_000_000);
    const bytes = Buffer.alloc(content.length, 20).toString('base64');
    const four = Buffer.alloc(4 * content.length, 1).toString('base64');
    const base = await reportData({
      ...{ checkpoints: [{ path: 'a', checkpoint, bytes: null }], logs: [], text: undefined, seed: 1, backend: 'wasm' },
      commandOf: () => String(defaults.run.seed),
    });
    const [run] = base.runs;
    const surprise = run.surprise && { ...run.surprise, bits: bytes, alternatives: four, probabilities: four };
    const text = base.text && { ...base.text, content, characters: content.length };
    const large = { ...base, text, runs: [{ ...run, surprise }] };
    const file = write('large.html', [...(await reportPage(large))].join(''));
    const { tab, faults } = await open(browser, pathToFileURL(file).href);
    const milliseconds = await tab.evaluate<number>(OPENED);
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
    assert.ok((await tab.locator('#text .block span').count()) < 30_000);
    assert.deepEqual(faults, []);
    await tab.close();
  });
});

const emptyCharts = (tab: Page): Promise<string[]> => tab.evaluate(EMPTY_CHARTS);

/** Waits until an element's text matches. */
async function assertMatches(found: ReturnType<Page['locator']>, pattern: RegExp): Promise<void> {
  await found
    .filter({ hasText: pattern })
    .waitFor({ timeout: 5000 })
    .catch(async () => {
      assert.match((await found.textContent()) ?? '', pattern);
    });
}

function luminance(colour: string): number {
  const [r, g, b] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours, as WCAG defines it. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
