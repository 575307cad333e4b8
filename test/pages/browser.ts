// Chromium, for the tests of pages. They are skipped where it is not installed.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Skips the tests of a suite where there is no browser; says why in the name of what is skipped. */
export const hasBrowser = existsSync(executablePath);
export const inBrowser = (title: string): string =>
  hasBrowser ? title : `${title} (skipped: there is no ${executablePath}; CHROMIUM may name another)`;

const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet] });

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
