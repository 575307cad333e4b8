import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { loadCheckpoint } from '../src/checkpoint/read.js';
import { saveCheckpoint } from '../src/checkpoint/write.js';
import { score } from '../src/index.js';
import { example } from './checkpoint/example.js';
import { run } from './cli/program.js';
import { inBrowsers } from './pages/browser.js';
import { type Site, site } from './pages/site.js';
import { temporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = (name: string): Buffer => readFileSync(join(root, 'build/src', name));

/** The file that takes the place of another one in a browser. */
function standIn(path: string): string {
  const other = join(dirname(path), `browser-${basename(path)}`);
  return existsSync(join(root, other)) ? other : path;
}

/** Adds every file that a file needs when it runs, and the modules of Node among them. */
function needs(path: string, files: Set<string>, ofNode: string[]): void {
  if (files.has(path)) return;
  files.add(path);
  const source = readFileSync(join(root, path), 'utf8');
  for (const [, target] of source.matchAll(/^(?:import (?!type)|export (?!type)[^;]*? from )[^;']*'([^']+)';/gm)) {
    if (target.startsWith('node:')) ofNode.push(`${path}: ${target}`);
    else if (target.startsWith('.')) needs(standIn(join(dirname(path), target.replace(/\.js$/, '.ts'))), files, ofNode);
  }
}

describe('the library for a browser', () => {
  for (const entry of ['src/browser.ts', 'src/training/training-worker.ts', 'src/pages/browser/play-page.ts']) {
    it(`imports nothing of Node: ${entry}`, () => {
      const [files, ofNode] = [new Set<string>(), []];
      needs(entry, files, ofNode);
      assert.ok(files.has('src/kernels/wasm.ts') && files.has('src/kernels/browser-host.ts') && files.size > 30);
      assert.deepEqual(ofNode, []);
    });
  }

  for (const [name, kilobytes] of Object.entries({ 'browser.js': 60, 'browser-thread.js': 30 })) {
    it(`has no imports and no names of Node in ${name}, which has less than ${kilobytes} kB with gzip`, () => {
      assert.doesNotMatch(built(name).toString(), /^import|\bimport\(|\brequire\(|node:|\bBuffer\b|\bprocess\./m);
      assert.ok(gzipSync(built(name)).length < 1000 * kilobytes);
    });
  }
});

/** Characters of one to four bytes in UTF-8. */
const codePoints = [10, 32, ...Array.from({ length: 26 }, (_, i) => 97 + i), 0xe9, 0x20ac, 0x1f600];
const model = { cell: 'lstm', layers: 2, hidden: 24, vocabulary: codePoints.length } as const;
const { parameters } = example(model, 'adam', (i, name) => 1.5 * Math.cos(i * (name.length + 0.7)));
const checkpoint = { model, vocabulary: { unknown: false, codePoints }, parameters };
const text = `${'the quick brown fox jumps over the lazy dog\nvoilà, un café \u{1f600} \u20ac\r\n'.repeat(60)}`;

const documented =
  /```html\n(.*?)```/s.exec(readFileSync(join(root, 'docs/browser.md'), 'utf8'))?.[1] ?? assert.fail('no page');

inBrowsers('the library', (launch) => {
  const { path, write, remove } = temporaryFolder();
  let browser: Browser;
  let pages: Site;
  let tab: Page;
  let isolated: Page;

  before(async () => {
    await saveCheckpoint(path('model.json'), checkpoint);
    pages = await site(path);
    browser = await launch();
    [tab, isolated] = [await browser.newPage(), await browser.newPage()];
    await tab.goto(`${pages.origin}/`);
    await isolated.goto(`${pages.origin}/isolated/`);
    const isIsolated = [tab, isolated].map((page) => page.evaluate('crossOriginIsolated'));
    assert.deepEqual(await Promise.all(isIsolated), [false, true]);
  });
  after(async () => {
    await browser?.close();
    pages?.close();
    remove();
  });

  /** Runs a program in the page, with the library as `charrnn`. */
  const inPage = <T>(program: string, page = tab): Promise<T> =>
    page.evaluate(`(async () => { const charrnn = await import('./browser.js'); ${program} })()`);

  it('writes the text of the command line', async () => {
    const requests = [
      { seed: 7, length: 300 },
      { seed: 4294967295, length: 200, temperature: 0.6, topP: 0.8, prime: 'caf\u00e9 \u{1f600}' },
      { seed: 1, length: 100, temperature: 1.3, topK: 5, minP: 0.01, prime: 'the' },
    ];
    for (const request of requests) {
      const options = Object.entries(request).flatMap(([key, value]) => [
        `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
        String(value),
      ]);
      const { stdout } = await run('sample', path('model.json'), '--no-echo', '--backend', 'wasm', ...options);
      const found = await inPage(`
        const checkpoint = await charrnn.loadCheckpoint(await fetch('/model.json'));
        let text = '';
        for await (const piece of charrnn.sample(checkpoint, ${JSON.stringify(request)})) text += piece;
        return text;`);
      assert.equal(found, stdout);
      assert.equal([...stdout].length, request.length);
    }
  });

  it('scores lines as the library for Node does, to the last bit', async () => {
    const lines = ['the quick brown fox', '', 'caf\u00e9 \u{1f600}\u{1f600}', 'UNKNOWN x', 'z'.repeat(700)];
    const found = await inPage<number[]>(`
      const checkpoint = await charrnn.loadCheckpoint(await (await fetch('/model.json')).text());
      const bits = [];
      for await (const line of charrnn.score(checkpoint, ${JSON.stringify(lines)})) bits.push(line.bits);
      return bits;`);
    const expected: number[] = [];
    for await (const { bits } of score(checkpoint, lines, { backend: 'wasm' })) expected.push(bits);
    assert.deepEqual(found, expected);
  });

  it('trains ten steps to the weights of the command line, and what it saves, the command line reads', async () => {
    const file = write('text.txt', `\ufeff${text}`);
    const options = ['--layers', '2', '--hidden', '20', '--ema', '0.9', '--dropout', '0.2', '--seed', '5'];
    const ended = await run('train', file, '-o', path('cli.json'), '--steps', '10', '--backend', 'wasm', ...options);
    assert.equal(ended.code, 0, ended.stderr);
    const { parameters, training } = await loadCheckpoint(path('cli.json'));
    for (const threads of [undefined, 1, 2, 3]) {
      const model = { layers: 2, hidden: 20, dropout: 0.2 };
      const request = { steps: 10, seed: 5, model, optimizer: { ema: 0.9 }, threads };
      const found = await inPage<{ losses: number[]; validation: number; saved: string }>(
        `const trainer = await charrnn.createTrainer(${JSON.stringify(`\ufeff${text}`)}, ${JSON.stringify(request)});
        const losses = [];
        for (let step = await trainer.step(); step; step = await trainer.step()) losses.push(step.loss);
        const saved = await charrnn.saveCheckpoint(trainer.checkpoint()).text();
        const validation = await trainer.validate();
        await trainer.close();
        return { losses, validation, saved };`,
        threads === undefined ? tab : isolated,
      );
      writeFileSync(path('page.json'), found.saved);
      const own = await loadCheckpoint(path('page.json'));
      assert.deepEqual(own.parameters, parameters);
      assert.equal(found.losses.length, 10);
      assert.ok(found.losses[9] < found.losses[0]);
      assert.equal(found.validation, training?.bestValidationLoss);
    }
    const { code, stdout } = await run('sample', path('page.json'), '--seed', '1', '-n', '20');
    assert.deepEqual([code, [...stdout].length], [0, 20]);
  });

  it('runs the page in docs/browser.md', async () => {
    const own = await site(path, documented);
    const other = await browser.newPage();
    await other.goto(`${own.origin}/`);
    await other.waitForFunction("document.querySelector('button').onclick !== null");
    await other.locator('button').click();
    await other.waitForFunction("[...document.querySelector('pre').textContent].length === 500");
    await other.close();
    own.close();
  });

  it('tells faults in one line', async () => {
    write('damaged.json', readFileSync(path('model.json'), 'utf8').replace('"lstm"', '"lsdm"'));
    const fault = (program: string): Promise<string> =>
      inPage(`try { ${program} } catch (error) { return error.name + ': ' + error.message; }`);
    const load = "await charrnn.loadCheckpoint(await fetch('/damaged.json'), 'damaged.json')";
    assert.equal(
      await fault(load),
      'CharrnnError: damaged.json: model.cell is "lsdm"; it must be one of rnn, lstm, gru',
    );
    assert.match(await fault("await charrnn.loadCheckpoint('', 'empty')"), /^CharrnnError: empty: is empty, not a/);
    assert.match(await fault("await charrnn.createTrainer('')"), /^CharrnnError: the text is empty/);
    assert.match(
      await fault("await charrnn.createTrainer('abab', { model: { hidden: 0 } })"),
      /hidden 0: must be from/,
    );
    const loading = "charrnn.createTrainer('abab', { threads: 2 })";
    assert.match(await fault(`await ${loading}`), /^CharrnnError: threads 2: need a page that is served with Cross-/);
    const sample = `const model = await charrnn.loadCheckpoint(await fetch('/model.json'));
      for await (const _ of charrnn.sample(model, { prime: 'A' })) {}`;
    assert.match(await fault(sample), /^CharrnnError: prime: character 1, "A" \(U\+0041\), is not among/);
  });
});
