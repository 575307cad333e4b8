import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { roundedToHalf } from '../../src/pages/play.js';
import { example } from '../checkpoint/example.js';
import { run } from '../cli/program.js';
import { temporaryFolder } from '../temporary-folder.js';
import { followsColourScheme, inBrowsers, type OpenPage, open } from './browser.js';

/** What the model knows would like to be more than characters; one of them turns the direction of the text. */
const HOSTILE = '</script><img src=x onerror=alert(1)>\u202e\u0007&"\'';
const codePoints = [...new Set([...HOSTILE, ...'\n abcdefghijklmnopqrstuvwxyz\u{1f600}'])]
  .map((character) => character.codePointAt(0) ?? 0)
  .sort((a, b) => a - b);
const model = { cell: 'gru', layers: 2, hidden: 20, vocabulary: codePoints.length } as const;
const { parameters } = example(model, 'adam', (i, name) => Math.cos(i * (name.length + 0.3)));
const checkpoint = { model, vocabulary: { unknown: false, codePoints }, parameters };

/** Waits until an expression is true in the page, whose policy does not allow it to look itself. */
async function until(tab: Page, expression: string): Promise<void> {
  while (!(await tab.evaluate(expression))) await tab.waitForTimeout(10);
}

const ended = async (tab: Page): Promise<string> => {
  await until(tab, "/^(Done|Stopped|It cannot)/.test(document.querySelector('.status')?.textContent ?? '')");
  return (await tab.locator('.status').textContent()) ?? '';
};

/** What would be copied: the beginning and the text. */
const written = (tab: Page): Promise<string> => tab.evaluate("document.querySelector('#written').textContent");

/** What the page shows of a text. */
const visible = (text: string): string => text.replaceAll('\u202e', '⟨202E⟩').replaceAll('\u0007', '␇');

inBrowsers('a page that writes', (launch) => {
  const { path, remove } = temporaryFolder();
  const [file, half] = [path('play.html'), path('half.html')];
  const json = path('model.json');
  let browser: Browser;

  before(async () => {
    await saveCheckpoint(json, checkpoint);
    for (const more of [
      ['-o', file, '--title', `<b>${HOSTILE}</b>`, '--seed', '3', '-n', '200'],
      ['-o', half, '--precision', 'half'],
    ]) {
      const { code, stderr } = await run('page', json, ...more);
      assert.equal(code, 0, stderr);
    }
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    remove();
  });

  const opened = (name = file, options = {}): Promise<OpenPage> =>
    open(browser, pathToFileURL(name).href, { reducedMotion: 'reduce', ...options });

  /** Opens a page anew with settings in its address. */
  async function withAddress(tab: Page, settings: Readonly<Record<string, string | number>>): Promise<void> {
    const values = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]));
    await tab.evaluate(`location.hash = ${JSON.stringify(String(new URLSearchParams(values)))}`);
    await until(tab, `document.querySelector('#seed').value === '${settings.seed}'`);
  }

  it('opens from a file without an error or a request, and shows hostile names and characters as text', async () => {
    const { tab, faults } = await opened();
    assert.equal(await ended(tab), 'Done: 200 characters.');
    assert.ok((await tab.locator('h1').textContent())?.startsWith('<b></script><img src=x onerror=alert(1)>⟨202E⟩␇'));
    // Chromium shows a space for U+0007 in a title.
    assert.equal((await tab.title()).replace('\u0007', ' '), `<b>${HOSTILE.replace('\u0007', ' ')}</b>`);
    assert.equal(await tab.locator('img, b, script:not([type]) ~ *').count(), 0);
    assert.equal(await written(tab), visible(await written(tab)));
    assert.deepEqual(faults, []);
    await tab.close();
  });

  it('writes the text of the command line for the settings in its address', async () => {
    const { tab, faults } = await opened();
    const cases = [
      { seed: 3, temperature: 0.8, 'top-p': 1, length: 200 },
      { seed: 4294967295, temperature: 0.55, 'top-p': 0.9, length: 1500, prime: 'once upon\n\u{1f600}' },
      { seed: 12, temperature: 0, 'top-p': 1, length: 50, prime: 'a' },
      { seed: 5, temperature: 1.237, 'top-p': 0.333, length: 120 },
    ];
    for (const settings of cases) {
      await withAddress(tab, settings);
      assert.equal(await ended(tab), `Done: ${settings.length.toLocaleString('en')} characters.`);
      const options = Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
      const { stdout, stderr } = await run('sample', json, '--backend', 'wasm', ...options);
      assert.equal(await written(tab), visible(stdout), stderr);
    }
    assert.deepEqual(faults, []);
    await tab.close();
  });

  it('has half the weights at half precision, and writes as the rounded model does', async () => {
    const sizes = [file, half].map((name) => readFileSync(name).length);
    const weights = parameters.reduce((sum, { values }) => sum + values.length, 0);
    assert.ok(Math.abs(sizes[0] - sizes[1] - (weights * 8) / 3) < 500, String(sizes));
    const { tab } = await opened(half);
    assert.match((await tab.locator('#model').textContent()) ?? '', /rounded to half precision/);
    await saveCheckpoint(path('rounded.json'), roundedToHalf(checkpoint, 'a'));
    const { stdout } = await run('sample', path('rounded.json'), '--backend', 'wasm', '--seed', '8', '-n', '300');
    await withAddress(tab, { seed: 8, length: 300, temperature: 1 });
    await ended(tab);
    assert.equal(await written(tab), visible(stdout));
    await tab.close();
  });

  it('works with the keyboard: writes, stops with Escape, and puts what was chosen into the address', async () => {
    const { tab } = await opened(file, { reducedMotion: 'no-preference' });
    await tab.locator('#length').fill('100000');
    await tab.locator('#prime').fill('hello \u00fc\u00df');
    assert.equal(await tab.locator('#unknown').textContent(), 'The model has never seen ü ß. It reads the rest.');
    await tab.locator('#prime').press('Control+Enter');
    await until(tab, "document.querySelector('#write').textContent === 'Stop'");
    await until(tab, "document.querySelector('.added').textContent.length > 20");
    await tab.keyboard.press('Escape');
    assert.match(await ended(tab), /^Stopped after [\d,]+ characters\.$/);
    assert.equal(await tab.locator('#write').textContent(), 'Write');
    assert.ok((await written(tab)).startsWith('hello \u00fc\u00df'));
    await tab.locator('#temperature').focus();
    await tab.keyboard.press('ArrowRight');
    const fragment = new URLSearchParams(new URL(tab.url()).hash.slice(1));
    assert.deepEqual(Object.fromEntries(fragment), {
      ...{ seed: '3', temperature: '0.85', 'top-p': '1', length: '100000' },
      prime: 'hello \u00fc\u00df',
    });
    await tab.close();
  });

  it('colours what surprised the model without changing the text, and draws another text with another seed', async () => {
    const { tab } = await opened();
    await ended(tab);
    const plain = await written(tab);
    await tab.locator('#colours').check();
    assert.equal(await written(tab), plain);
    assert.ok((await tab.locator('.added [class^=s]').count()) > 50);
    const levels = await tab.evaluate(
      "new Set([...document.querySelectorAll('.added span')].map((x) => x.className)).size",
    );
    assert.ok(Number(levels) >= 3);
    await tab.getByRole('button', { name: 'Another' }).click();
    await ended(tab);
    assert.notEqual(await written(tab), plain);
    assert.notEqual(await tab.locator('#seed').inputValue(), '3');
    await tab.close();
  });

  it('fits a small phone, light and dark, and every field has a name', async () => {
    const schemes = followsColourScheme(browser) ? (['light', 'dark'] as const) : (['light'] as const);
    const inks = new Set<unknown>();
    for (const colorScheme of schemes) {
      const { tab } = await opened(file, { viewport: { width: 360, height: 640 }, colorScheme });
      await ended(tab);
      assert.equal(
        await tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
        0,
      );
      inks.add(await tab.evaluate('getComputedStyle(document.body).color'));
      const names = await tab.evaluate(
        "[...document.querySelectorAll('input, select, textarea')].map((field) => field.labels[0]?.textContent.trim())",
      );
      assert.deepEqual(names, [
        ...['Begin the text, or leave this empty', 'Temperature', 'Top-p', 'Seed', 'Characters', 'Pace'],
        'Colour what surprised the model',
      ]);
      await tab.close();
    }
    assert.equal(inks.size, schemes.length);
  });
});
