import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { NewLines } from '../../src/pages/report-data.js';
import { newLines, type Watch, watchLog } from '../../src/pages/watch.js';
import { temporaryFolder } from '../temporary-folder.js';
import { logLine } from './log-line.js';

const lineOf = (step: number): string => `${JSON.stringify(logLine(step))}\n`;

describe('the server of a log', () => {
  const { path, remove } = temporaryFolder();
  const log = path('run.jsonl');
  let watch: Watch;
  before(async () => {
    watch = await watchLog(log, 0);
  });
  after(async () => {
    await watch.close();
    remove();
  });

  /** Asks as a client of any kind would. */
  function ask(target: string, { host, method = 'GET' }: { host?: string; method?: string } = {}) {
    const { port } = new URL(watch.address);
    const headers = host === undefined ? {} : { host };
    return new Promise<{ status: number | undefined; body: string; type: string | undefined }>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', path: target, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (piece) => {
          body += piece;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode, body, type: response.headers['content-type'] }),
        );
      });
      asked.on('error', reject).end();
    });
  }

  const root = (): string => new URL(watch.address).pathname;

  it('has the page at an address that cannot be guessed', async () => {
    assert.match(watch.address, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
    const { status, body, type } = await ask(root());
    assert.deepEqual([status, type], [200, 'text/html; charset=utf-8']);
    assert.match(body, /connect-src 'self'/);
  });

  it('has nothing else, for nobody else', async () => {
    for (const target of [
      '/',
      '/etc/passwd',
      `/${'0'.repeat(32)}/`,
      `${root()}../`,
      `${root()}run.jsonl`,
      `${root()}lines?from=-1`,
    ]) {
      assert.equal((await ask(target)).status, 404, target);
    }
    for (const host of ['evil.example', '127.0.0.1', `evil.example:${new URL(watch.address).port}`]) {
      assert.equal((await ask(root(), { host })).status, 403, host);
    }
    assert.equal((await ask(root(), { method: 'POST' })).status, 405);
    assert.deepEqual((await ask(root(), { method: 'HEAD' })).body, '');
  });

  it('waits for the log, follows it line by line, and begins anew when it is replaced', async () => {
    const ask1 = async (from: number): Promise<NewLines> => JSON.parse((await ask(`${root()}lines?from=${from}`)).body);
    assert.deepEqual((await ask1(0)).course.step, []);
    writeFileSync(log, lineOf(10) + lineOf(20).slice(0, 30));
    const first = await ask1(0);
    assert.deepEqual([first.course.step, first.isAnew, first.next], [[10], false, lineOf(10).length]);
    appendFileSync(log, lineOf(20).slice(30));
    const second = await ask1(first.next);
    assert.deepEqual([second.course.step, second.hasMore], [[20], false]);
    writeFileSync(log, lineOf(1));
    const third = await ask1(second.next);
    assert.deepEqual([third.isAnew, third.course.step], [true, [1]]);
  });

  it('skips lines that are none, and cannot follow what is no file', async () => {
    writeFileSync(log, `${lineOf(1)}{"step": 2, "lo\n[]\nnull\n${lineOf(3)}`);
    assert.deepEqual((await newLines(log, 0)).course.step, [1, 3]);
    await assert.rejects(watchLog(path('.'), 0), /is a folder/);
    await assert.rejects(watchLog(log, Number(new URL(watch.address).port)), /another program uses it/);
  });
});
