// Opens a page in Chromium and writes what it looks like: light and dark, narrow, wide and very wide, and on paper.
// Usage: node scripts/look.js PAGE [FOLDER]. CHROMIUM names the browser if it is not at /usr/bin/chromium. Exit code 1
// if the page reports an error, asks for anything, scrolls sideways, or leaves a chart empty.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [page, folder = 'looks'] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (page === undefined || !existsSync(executablePath)) {
  console.error(
    page === undefined ? 'usage: node scripts/look.js PAGE [FOLDER]' : `${executablePath}: no such browser`,
  );
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const views = [
  { name: 'light', width: 1400, height: 1000, colorScheme: 'light' },
  { name: 'dark', width: 1400, height: 1000, colorScheme: 'dark' },
  { name: 'narrow', width: 400, height: 800, colorScheme: 'light' },
  { name: 'wide', width: 3840, height: 2160, colorScheme: 'light' },
];

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});
const faults = [];
for (const { name, width, height, colorScheme } of views) {
  const tab = await browser.newPage({ viewport: { width, height }, colorScheme });
  tab.on('console', (message) => message.type() === 'error' && faults.push(`${name}: ${message.text()}`));
  tab.on('pageerror', (error) => faults.push(`${name}: ${error.message}`));
  tab.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:'))
      faults.push(`${name}: ${request.url()}`);
  });
  const started = performance.now();
  await tab.goto(pathToFileURL(resolve(page)).href);
  await tab.waitForSelector('section');
  const opened = performance.now() - started;
  await tab.waitForTimeout(300);
  const sideways = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (sideways > 0) faults.push(`${name}: scrolls sideways by ${sideways} pixels`);
  const empty = await tab.evaluate(emptyCharts);
  for (const title of empty) faults.push(`${name}: ${title} is empty`);
  await tab.screenshot({ path: join(folder, `${name}.png`) });
  // What is out of sight is not laid out, so each section is looked at by itself.
  for (const section of await tab.$$('section')) {
    await section.scrollIntoViewIfNeeded();
    await tab.waitForTimeout(150);
    await section.screenshot({ path: join(folder, `${name}-${await section.getAttribute('id')}.png`) });
  }
  if (name === 'light') await tab.pdf({ path: join(folder, 'print.pdf'), format: 'A4', printBackground: true });
  console.log(`${name}: opened in ${Math.round(opened)} ms`);
  await tab.close();
}
await browser.close();
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

/** The titles of charts in sight of the page that have fewer than 12 pixels of a strong colour. */
function emptyCharts() {
  return [...document.querySelectorAll('figure.chart:not([hidden])')]
    .filter((figure) => {
      const canvas = figure.querySelector('canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let strong = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, a] = data.subarray(i, i + 4);
        if (a > 150 && Math.max(r, g, b) - Math.min(r, g, b) > 60) strong++;
      }
      return strong < 12;
    })
    .map((figure) => figure.querySelector('.chart-title').textContent);
}
