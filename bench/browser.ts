// How fast a page writes in the browsers that are installed: characters per second of the model's own time, and by the
// clock, with everything that the page does between; and the sizes of the page and of the library for a browser. Medians
// of the rounds.
//   node build/bench/browser.js [--rounds 5] [--characters 20000]

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { parameterShapes } from '../src/model/shape.js';
import { type CellName, cells } from '../src/options/training-options.js';
import { cardOf } from '../src/pages/model-card.js';
import { playData, playPage } from '../src/pages/play.js';
import { randomKey, uniform } from '../src/random.js';
import { browsers } from '../test/pages/browser.js';
import { machine, median } from './machine.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, characters: { type: 'string', default: '20000' } },
});
const found = browsers.filter(({ isInstalled }) => isInstalled);
if (found.length === 0) {
  for (const { path, setting } of browsers) console.error(`${path}: no such browser; ${setting} may name another`);
  process.exit(2);
}

const V = 65;
const codePoints = Array.from({ length: V }, (_, i) => 32 + i);

/** A page with small random weights. */
async function pageOf(cell: CellName): Promise<string> {
  const model = { cell, layers: 2, hidden: 128, vocabulary: V };
  const key = randomKey(1);
  const parameters = parameterShapes(model).map(({ name, shape }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { name, shape, values: Float32Array.from({ length: size }, (_, i) => (uniform(key, i) - 0.5) / 4) };
  });
  const checkpoint = { model, vocabulary: { unknown: false, codePoints }, parameters };
  const settings = { prime: '', temperature: 1, topP: 1, length: Number(values.characters), seed: 1 };
  const card = cardOf(checkpoint, null, () => '');
  const data = playData({ name: cell, title: cell, checkpoint, precision: 'single', card, settings }, null);
  return [...(await playPage(data))].join('');
}

const size = (bytes: Buffer | string): string =>
  `${Buffer.byteLength(bytes)} bytes, ${gzipSync(bytes, { level: 9 }).length} with gzip`;

const folder = mkdtempSync(join(tmpdir(), 'charrnn-'));

/** Opens a page and waits until it has written its text. @returns characters per second */
async function pace(browser: Browser, path: string): Promise<{ own: number; clock: number }> {
  const tab = await browser.newPage({ reducedMotion: 'reduce' });
  await tab.goto(pathToFileURL(path).href);
  const start = performance.now();
  await tab.locator('.rate[data-rate]').waitFor({ timeout: 120_000 });
  const clock = (1000 * Number(values.characters)) / (performance.now() - start);
  const own = Number(await tab.locator('.rate').getAttribute('data-rate'));
  await tab.close();
  return { own, clock };
}

try {
  const paths = cells.map((cell) => ({ cell, path: join(folder, `${cell}.html`) }));
  for (const { cell, path } of paths) writeFileSync(path, await pageOf(cell));
  for (const { name, launch } of found) {
    const browser = await launch();
    console.log(`${machine()}, ${name} ${browser.version()}\n`);
    console.log('| model | of its own time, char/s | by the clock, char/s |\n| --- | ---: | ---: |');
    for (const { cell, path } of paths) {
      const paces: { own: number; clock: number }[] = [];
      for (let round = 0; round < Number(values.rounds); round++) paces.push(await pace(browser, path));
      const [own, clock] = [paces.map(({ own }) => own), paces.map(({ clock }) => clock)];
      console.log(`| ${cell} 2×128 | ${Math.round(median(own))} | ${Math.round(median(clock))} |`);
    }
    console.log();
    await browser.close();
  }
  const built = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`../src/${name}`, import.meta.url)));
  console.log(`charrnn/browser: ${size(built('browser.js'))}`);
  console.log(`program of a page: ${size(built('pages/browser/play-page.js'))}`);
} finally {
  rmSync(folder, { recursive: true });
}
