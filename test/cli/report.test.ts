import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { ReportData } from '../../src/pages/report-data.js';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, start } from './program.js';

const text = 'The quick brown fox jumps over the lazy dog. Why not?\n'.repeat(60);

/** The data of a page. */
function dataIn(html: string): ReportData {
  const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json);
}

describe('charrnn report', () => {
  const { path, write, remove } = temporaryFolder({ 'corpus.txt': text });
  const [model, log, corpus] = ['model.json', 'run.jsonl', 'corpus.txt'].map(path);
  const small = ['--hidden', '8', '--layers', '1', '--batch', '4', '--sequence', '10', '--threads', '1', '--quiet'];
  before(async () => {
    const trained = await run(
      'train',
      corpus,
      ...small,
      '--steps',
      '20',
      '--validate-every',
      '10',
      '-o',
      model,
      '--log',
      log,
    );
    assert.deepEqual([trained.code, trained.stderr], [0, '']);
  });
  after(remove);

  it('writes a page with the run, its log and the text that was held out', async () => {
    const output = path('report.html');
    const args = ['--log', log, '--text', corpus, '--split', 'validation', '-o', output, '--threads', '1'];
    const { code, stdout, stderr } = await run('report', model, ...args);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /^\S*report\.html: \d+ kB\n$/);
    const { runs, options, text: shown } = dataIn(readFileSync(output, 'utf8'));
    const [{ name, course, card, samples, surprise, units, map, saturation }] = runs;
    assert.deepEqual([runs.length, name, course.step, course.charactersPerStep], [1, 'model', [10, 20], 40]);
    assert.ok(course.gradientNorm.every((norm) => norm !== null) && course.validationLoss[1] !== null);
    assert.match(card?.training?.command ?? '', /^charrnn train CORPUS .*--hidden 8/);
    assert.deepEqual(
      samples.map(({ temperature }) => temperature),
      [0.5, 0.8, 1],
    );
    assert.equal(shown?.content, text.slice(-text.length / 10));
    assert.equal(shown?.characters, text.length / 10);
    const evaluated = await run('eval', model, corpus, '--split', 'validation', '--json', '--threads', '1');
    assert.ok(Math.abs((surprise?.meanBits ?? 0) - JSON.parse(evaluated.stdout).total.bits) < 1e-3);
    assert.deepEqual([units?.characters, units?.hidden, saturation.length], [shown?.characters, 8, 3]);
    assert.equal(map?.characters.length, card?.characters.length);
    assert.deepEqual(options.find(({ name }) => name === 'clip-norm')?.values, ['5']);
  });

  it('is the same page each time, with any number of threads', async () => {
    const [one, two] = await Promise.all(
      ['1', '2'].map((threads) => run('report', model, '--text', corpus, '-o', '-', '--threads', threads)),
    );
    assert.equal(one.code, 0);
    assert.equal(one.stdout, two.stdout);
    assert.match(one.stdout, /^<!doctype html>\n.*<\/html>\n$/s);
  });

  it('lets the model write a text where none is given, and cuts one that is too long', async () => {
    const own = dataIn((await run('report', model, '-o', '-')).stdout);
    assert.match(own.text?.origin ?? '', /^5,000 characters that model wrote itself \(seed 1\)/);
    const cut = dataIn((await run('report', model, '--text', corpus, '--characters', '100', '-o', '-')).stdout);
    assert.deepEqual([cut.text?.content, cut.text?.isCut], [text.slice(0, 100), true]);
  });

  it('shows several runs, and a log without its checkpoint', async () => {
    const other = write(
      'other.jsonl',
      readFileSync(log, 'utf8')
        .split('\n')[0]
        .replace(/"validationLoss":[^,]+/, '"validationLoss":9'),
    );
    const { runs, options } = dataIn((await run('report', model, '--log', other, '--log', log, '-o', '-')).stdout);
    assert.deepEqual(
      runs.map(({ name, course }) => [name, course.step.length]),
      [
        ['model', 2],
        ['other', 1],
      ],
    );
    assert.equal(options[0].values[1], null);
  });

  it('replaces a page, but no other file', async () => {
    const page = write('page.html', '<!DOCTYPE html>the page before');
    assert.equal((await run('report', '--log', log, '-o', page)).code, 0);
    assert.ok(!readFileSync(page, 'utf8').includes('the page before'));
    assert.equal((await run('report', '--log', log, '-o', corpus)).code, 1);
    assert.equal(readFileSync(corpus, 'utf8'), text);
  });

  it('is written at the end of a training run', async () => {
    const page = path('trained.html');
    const again = await run('train', corpus, ...small, '--steps', '12', '-o', path('again.json'), '--report', page);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /^\S*trained\.html: \d+ kB\n$/);
    const { runs, text: shown } = dataIn(readFileSync(page, 'utf8'));
    assert.deepEqual(runs[0].course.step, [10, 12]);
    assert.equal(shown?.characters, text.length / 10);
    assert.ok(runs[0].course.gradientNorm.every((norm) => norm !== null));
  });

  it('of a task has no text', async () => {
    const examples = write('labels.tsv', 'early\tab\nlate\tcad\nearly\tabba\n'.repeat(8));
    const page = path('labels.html');
    const args = [
      '--task',
      'label',
      '--hidden',
      '4',
      '--steps',
      '3',
      '--threads',
      '1',
      '-q',
      '-o',
      path('labels.json'),
    ];
    assert.equal((await run('train', examples, ...args, '--report', page)).code, 0);
    const { runs, text: shown } = dataIn(readFileSync(page, 'utf8'));
    assert.deepEqual([shown, runs[0].surprise, runs[0].samples, runs[0].card?.task], [null, null, [], 'label']);
  });

  it('refuses a file for the page before the run', async () => {
    const refused = await run('train', corpus, '--report', corpus, '-o', path('never.json'));
    assert.equal(refused.code, 1);
    assert.ok(!existsSync(path('never.json')) && statSync(corpus).size === text.length);
  });

  it('follows a log until Ctrl-C', async () => {
    const watched = path('later.jsonl');
    const child = start(['report', '--watch', watched]);
    const ended = end(child);
    const address = await new Promise<string>((resolve) => {
      child.stdout?.on('data', (data) => resolve(String(data).trim()));
    });
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
    writeFileSync(watched, readFileSync(log));
    const answered = await fetch(`${address}lines?from=0`);
    assert.match(await answered.text(), /"step":\[10,20\]/);
    child.kill('SIGINT');
    assert.equal((await ended).code, 0);
    await assert.rejects(fetch(address));
  });
});
