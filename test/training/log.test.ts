import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '../../src/errors.js';
import { LogFile, type LogLine, TrainingLog } from '../../src/training/log.js';
import { temporaryFolder } from '../temporary-folder.js';
import { stepAt, validation } from '../terminal/events.js';

describe('TrainingLog', () => {
  let lines: LogLine[];
  let log: TrainingLog;
  beforeEach(() => {
    lines = [];
    log = new TrainingLog(4, (line) => lines.push(line));
  });
  /** Logs steps whose loss and gradient norm are their number; the even ones are clipped. */
  const steps = (from: number, to: number): void => {
    for (let step = from; step <= to; step++) {
      log.onEvent({ ...stepAt(step), loss: step, gradientNorm: step, isClipped: step % 2 === 0 });
    }
  };
  const told = () => lines.map(({ step, loss, validationLoss }) => [step, loss, validationLoss]);

  it('writes a line every 4 steps, with means since the previous line', () => {
    steps(1, 9);
    log.close();
    assert.deepEqual(told(), [
      [4, 2.5, null],
      [8, 6.5, null],
    ]);
    const { gradientNorm, clipped, bitsPerCharacter } = lines[0];
    assert.deepEqual([gradientNorm, clipped, bitsPerCharacter], [2.5, 0.5, 2.5 / Math.LN2]);
  });

  it('writes a line after every validation, and only one where a regular line is due too', () => {
    steps(1, 3);
    log.onEvent({ ...validation, step: 3, loss: 1.25 });
    steps(4, 8);
    log.onEvent({ ...validation, step: 8, loss: 1.5 });
    log.close();
    assert.deepEqual(told(), [
      [3, 2, 1.25],
      [4, 4, null],
      [8, 6.5, 1.5],
    ]);
  });

  it('writes the pending line when it is closed', () => {
    steps(1, 4);
    assert.equal(lines.length, 0);
    log.close();
    log.close();
    assert.equal(lines.length, 1);
  });
});

describe('LogFile', () => {
  const { folder, remove } = temporaryFolder();
  const warnings: string[] = [];
  const open = (name: string) => LogFile.open(name, (message) => warnings.push(textOf(message)));
  after(remove);
  beforeEach(() => {
    warnings.length = 0;
  });

  it('appends lines in order', async () => {
    const path = join(folder, 'a.jsonl');
    for (const round of [1, 2]) {
      const log = await open(path);
      for (let i = 0; i < 3; i++) log.write({ round, i });
      await log.close();
    }
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const found = lines.map((line) => JSON.parse(line)).map(({ round, i }) => 10 * round + i);
    assert.deepEqual(found, [10, 11, 12, 20, 21, 22]);
    assert.deepEqual(warnings, []);
  });

  it('terminates a line that was left unfinished', async () => {
    const path = join(folder, 'torn.jsonl');
    writeFileSync(path, '{"step":1}\n{"st');
    const log = await open(path);
    log.write({ step: 2 });
    await log.close();
    assert.equal(readFileSync(path, 'utf8'), '{"step":1}\n{"st\n{"step":2}\n');
  });

  it('refuses to append to a file that is not a log', async () => {
    const path = join(folder, 'novel.txt');
    writeFileSync(path, 'Call me Ishmael.');
    const message = `log ${path}: exists and is not a log; remove it, or give another file`;
    await assert.rejects(open(path), { message });
    assert.equal(readFileSync(path, 'utf8'), 'Call me Ishmael.');
  });

  it('reports in one line a path that cannot be opened', async () => {
    const message = `log ${folder}: is a folder, not a file; give the path of a file in it`;
    await assert.rejects(open(folder), { name: 'CharrnnError', message, exitCode: 1 });
    const path = join(folder, 'mistyped', 'a.jsonl');
    const missing = `log ${path}: no such file; make its folder, or give another path`;
    await assert.rejects(open(path), { name: 'CharrnnError', message: missing, exitCode: 1 });
    assert.ok(!existsSync(join(folder, 'mistyped')));
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(open(join(folder, 'file', 'a.jsonl')), /^CharrnnError: log .*: a part of this path is a file/);
  });

  it('warns once when it cannot be written', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const log = await open('/dev/full');
    for (let i = 0; i < 3; i++) log.write({ i });
    await log.close();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^log \/dev\/full: no space left on the disk; training continues without it$/);
  });

  it('writes to a pipe that has a reader, and refuses one that has none', async function () {
    if (process.platform === 'win32') this.skip();
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const message = `log ${path}: nothing reads or writes at the other end; give the path of a file`;
    await assert.rejects(open(path), { name: 'CharrnnError', message, exitCode: 1 });

    const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    reader.stdout.setEncoding('utf8').on('data', (piece) => {
      text += piece;
    });
    let log: LogFile | undefined;
    // The reader takes a moment to open the pipe.
    for (let attempt = 0; !log && attempt < 200; attempt++) {
      log = await open(path).catch(() => new Promise((resolve) => setTimeout(() => resolve(undefined), 10)));
    }
    log?.write({ step: 1 });
    await log?.close();
    await once(reader, 'close');
    assert.equal(text, '{"step":1}\n');
  });
});
