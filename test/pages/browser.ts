// The browsers in which pages are tested. A suite is skipped for a browser that is not installed.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, firefox, type Page } from 'playwright-core';

const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];

const kinds = [
  {
    name: 'Chromium',
    setting: 'CHROMIUM',
    installed: '/usr/bin/chromium',
    launch: (executablePath: string) =>
      chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet] }),
  },
  {
    name: 'Firefox',
    setting: 'FIREFOX',
    installed: '/usr/bin/firefox-esr',
    // This channel is Firefox as its makers publish it, where Playwright's default is a Firefox that Playwright changed.
    // Pages that open with `reducedMotion` do not get it there, so it is always on.
    launch: (executablePath: string) =>
      firefox.launch({
        channel: 'moz-firefox',
        executablePath,
        firefoxUserPrefs: { 'ui.prefersReducedMotion': 1 },
      }),
  },
];

/** Where each browser would be, and how it starts. */
export const browsers = kinds.map(({ name, setting, installed, launch }) => {
  const path = process.env[setting] ?? installed;
  return { name, setting, path, isInstalled: existsSync(path), launch: () => launch(path) };
});

/** Declares a suite for every browser, and says in the name of a skipped one why it is. */
export function inBrowsers(title: string, suite: (launch: () => Promise<Browser>) => void): void {
  for (const { name, setting, path, isInstalled, launch } of browsers) {
    if (isInstalled) describe(`${title}, in ${name}`, () => suite(launch));
    else describe.skip(`${title}, in ${name}: there is no ${path}; ${setting} may name another`, () => suite(launch));
  }
}

/** Whether a page that is opened with `colorScheme` takes it; Playwright cannot yet tell Firefox. */
export const followsColourScheme = (browser: Browser): boolean => browser.browserType().name() !== 'firefox';

/** An open page, and what should not have happened in it: errors, and requests of anything but itself. */
export interface OpenPage {
  readonly tab: Page;
  readonly faults: readonly string[];
}

/** Opens a page and waits until it is built. */
export async function open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const tab = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  const faults: string[] = [];
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  tab.on('pageerror', (error) => faults.push(error.message));
  tab.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  tab.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) faults.push(`request: ${url}`);
  });
  await tab.goto(address);
  await tab.waitForSelector('section');
  return { tab, faults };
}
