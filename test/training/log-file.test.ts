import assert from 'node:assert/strict';
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

  it('appends, in order, in a folder that it makes', async () => {
    const path = join(folder, 'new', 'a.jsonl');
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
    const message = `log ${path}: is there already, and no log; remove it, or give another file`;
    await assert.rejects(open(path), { message });
    assert.equal(readFileSync(path, 'utf8'), 'Call me Ishmael.');
  });

  it('that cannot be opened is one line', async () => {
    await assert.rejects(open(folder), { name: 'CharrnnError', message: /^log .*EISDIR[^\n]*$/, exitCode: 1 });
  });

  it('that cannot be written is told once', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const log = await open('/dev/full');
    for (let i = 0; i < 3; i++) log.write({ i });
    await log.close();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /^log \/dev\/full: ENOSPC.*training goes on without it$/);
  });
});
