import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '../../src/errors.js';
import { LogFile } from '../../src/training/log.js';

describe('LogFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'charrnn-log-'));
  const warnings: string[] = [];
  const open = (name: string) => LogFile.open(name, (message) => warnings.push(textOf(message)));
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    warnings.length = 0;
  });

  it('appends, in order', async () => {
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

  it('ends a line that was left unfinished', async () => {
    const path = join(folder, 'torn.jsonl');
    writeFileSync(path, '{"step":1}\n{"st');
    const log = await open(path);
    log.write({ step: 2 });
    await log.close();
    assert.equal(readFileSync(path, 'utf8'), '{"step":1}\n{"st\n{"step":2}\n');
  });

  it('does not append to what is no log', async () => {
    const path = join(folder, 'novel.txt');
    writeFileSync(path, 'Call me Ishmael.');
    const message = `log ${path}: exists and is not a log; remove it, or give another file`;
    await assert.rejects(open(path), { message });
    assert.equal(readFileSync(path, 'utf8'), 'Call me Ishmael.');
  });

  it('that cannot be opened is one line', async () => {
    const message = `log ${folder}: is a folder, not a file; give the path of a file in it`;
    await assert.rejects(open(folder), { name: 'CharrnnError', message, exitCode: 1 });
    const path = join(folder, 'mistyped', 'a.jsonl');
    const missing = `log ${path}: no such file; make its folder, or give another path`;
    await assert.rejects(open(path), { name: 'CharrnnError', message: missing, exitCode: 1 });
    assert.ok(!existsSync(join(folder, 'mistyped')));
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(open(join(folder, 'file', 'a.jsonl')), /^CharrnnError: log .*: a part of this path is a file/);
  });

  it('that cannot be written is told once', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const log = await open('/dev/full');
    for (let i = 0; i < 3; i++) log.write({ i });
    await log.close();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^log \/dev\/full: no space left on the disk; training continues without it$/);
  });

  it('that is a pipe is written where somebody reads it, and refused where nobody does', async function () {
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
    // The reader needs a moment to be there.
    for (let attempt = 0; !log && attempt < 200; attempt++) {
      log = await open(path).catch(() => new Promise((resolve) => setTimeout(() => resolve(undefined), 10)));
    }
    log?.write({ step: 1 });
    await log?.close();
    await once(reader, 'close');
    assert.equal(text, '{"step":1}\n');
  });
});
