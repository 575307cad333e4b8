// Signals: what is saved, what is printed, and whether the printed command works.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type Ended, end, start } from './program.js';

const TEXT = 'the cat sat on the mat. '.repeat(40);
const tiny = ['--layers', '1', '--hidden', '4', '--batch', '4', '--sequence', '5', '--threads', '1'];
const sh = promisify(execFile);

/** Waits for a word on a stream of a program. */
const until = (child: ChildProcess, word: string, stream: 'stdout' | 'stderr' = 'stderr'): Promise<void> =>
  new Promise((resolve) => {
    let text = '';
    child[stream]?.on('data', (piece) => {
      text += piece;
      if (text.includes(word)) resolve();
    });
  });

const stepsIn = async (file: string): Promise<number> => (await loadCheckpoint(file)).training?.step ?? 0;

if (process.platform !== 'win32') {
  describe('an interrupted training run', () => {
    const { path, remove } = temporaryFolder();
    after(remove);

    async function interrupt(args: readonly string[], signal: NodeJS.Signals, stdin?: string): Promise<Ended> {
      const child = start(['train', ...args, ...tiny]);
      const ended = end(child);
      child.stdin?.end(stdin);
      await until(child, 'step 1');
      child.kill(signal);
      return ended;
    }

    /** Runs the command that the program printed in a shell. */
    async function goOn({ stderr }: Ended, more: string): Promise<void> {
      const [, command] =
        /; continue with(?: the same text on standard input)?: (.+)\n$/.exec(stderr) ?? assert.fail(stderr);
      await sh('sh', ['-c', `${command} ${more}`]);
    }

    it('is saved, exits with 128 plus the signal, and prints the command that continues it', async () => {
      const corpus = path('it\'s a "text" (1) $HOME.txt');
      writeFileSync(corpus, TEXT);
      const one = async (signal: NodeJS.Signals, code: number): Promise<void> => {
        const output = path(`-${signal} & 'co\\.json`);
        const ended = await interrupt([corpus, '-o', output, '--minutes', '5', '--save-every=7m'], signal);
        assert.equal(ended.code, code, ended.stderr);
        const saved = await stepsIn(output);
        assert.ok(
          saved > 0 && ended.stderr.includes(`all ${saved.toLocaleString('en')} steps are saved`),
          ended.stderr,
        );
        assert.match(ended.stderr, / --threads=1 --save-every=7m\n$/);
        await goOn(ended, `--steps ${saved + 3}`);
        assert.equal(await stepsIn(output), saved + 3);
      };
      await Promise.all([one('SIGINT', 130), one('SIGTERM', 143)]);
    });

    it('from standard input can be continued with the same text', async () => {
      const output = path('stdin.json');
      const ended = await interrupt(['-', '-o', output, '--minutes', '5'], 'SIGHUP', TEXT);
      assert.equal(ended.code, 129);
      assert.match(ended.stderr, /; continue with the same text on standard input: node .* train - --resume /);
      const saved = await stepsIn(output);
      writeFileSync(path('text'), TEXT);
      await goOn(ended, `--steps ${saved + 2} < ${path('text')}`);
      assert.equal(await stepsIn(output), saved + 2);
    });

    it('exits at once before its first step, and leaves nothing behind', async () => {
      const folder = path('before');
      const child = start(['train', '-', '-o', `${folder}/m.json`, ...tiny]);
      const ended = end(child);
      while (!readdirSync(path('.')).includes('before') || readdirSync(folder).length === 0) await sleep(10);
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      assert.deepEqual([code, stderr], [130, 'interrupted before the first step; nothing was saved\n']);
      assert.deepEqual(readdirSync(folder), []);
    });

    it('exits at once on a second signal, in a validation: the last save is whole, no lock or temporary stays', async () => {
      const folder = path('twice');
      const corpus = path('long.txt');
      writeFileSync(corpus, TEXT.repeat(200));
      const long = ['--hidden=256', '--layers=2', '--batch=2', '--sequence=8', '--threads=1', '--validation=0.5'];
      const child = start([
        ...['train', corpus, '-o', `${folder}/m.json`, ...long],
        ...['--save-every=1', '--validate-every=2', '--json', '--quiet'],
      ]);
      const ended = end(child);
      await until(child, '"step":2,', 'stdout');
      child.kill('SIGINT');
      await until(child, 'finishing this step and saving; interrupt again to quit at once\n');
      const start2 = performance.now();
      child.kill('SIGTERM');
      const { code, stdout } = await ended;
      assert.equal(code, 143);
      assert.ok(performance.now() - start2 < 1000);
      assert.ok(!stdout.includes('"validation"'), 'the validation was over');
      assert.deepEqual(readdirSync(folder), ['m.json']);
      assert.equal(await stepsIn(`${folder}/m.json`), 1);
    });

    it('continues after SIGSTOP and SIGCONT', async () => {
      const output = path('stopped.json');
      writeFileSync(path('text'), TEXT);
      const child = start(['train', path('text'), '-o', output, '--minutes', '5', '--json', '--quiet', ...tiny]);
      const ended = end(child);
      let steps = 0;
      child.stdout?.on('data', (text) => {
        steps += String(text).split('"event":"step"').length - 1;
      });
      await until(child, '"event":"step"', 'stdout');
      child.kill('SIGSTOP');
      await sleep(700);
      const stopped = steps;
      child.kill('SIGCONT');
      while (steps < stopped + 500) await sleep(20);
      child.kill('SIGINT');
      const { code, stdout } = await ended;
      assert.equal(code, 130);
      const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
      assert.equal(last.step, await stepsIn(output));
      // The pause does not count towards the speed.
      assert.ok(
        last.seconds > 0.7 && (last.step * 20) / last.charactersPerSecond < last.seconds - 0.5,
        JSON.stringify(last),
      );
      assert.equal(readFileSync(output, 'utf8').at(-1), '\n');
    });
  });
}
