// Trains with a save after every step, kills the process at a random moment, resumes, and repeats.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadCheckpoint } from '../src/checkpoint/read.js';
import { randomKey, uniform } from '../src/random.js';

/** Fraction of the kills that happen while the program starts: locks, cleans up and reads. */
const WHILE_STARTING = 0.3;
/** Milliseconds after the first save within which the others happen. */
const WHILE_TRAINING = 100;
/** Milliseconds after which a program that has saved nothing is stuck. */
const PATIENCE = 30_000;

const corpus = Array.from({ length: 2000 }, (_, i) => `${(i * i) % 997} `).join('');
const shape = ['--cell', 'gru', '--layers', '1', '--hidden', '64', '--batch', '4', '--sequence', '10'];

export interface KillRequest {
  readonly kills: number;
  readonly seed: number;
  /** The program to kill and its first arguments; charrnn by default. */
  readonly program?: readonly string[];
}

export interface KillReport {
  readonly kills: number;
  /** Kills that interrupted a save. */
  readonly duringSave: number;
  /** Step of the last checkpoint. */
  readonly step: number;
  /** What was lost or left behind, one line each: a file, saved steps, a start, temporary files, locks. */
  readonly faults: readonly string[];
}

/** @throws Error if the program cannot train at all */
export async function killTraining(request: KillRequest): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'charrnn-kill-'));
  try {
    await writeFile(join(folder, 'corpus.txt'), corpus);
    return await new Killing(request, folder).run();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Killing {
  private readonly faults: string[] = [];
  private readonly model: string;
  private hasBegun = false;
  private step = 0;
  private duringSave = 0;
  /** Milliseconds from a start to its first save. */
  private startTime = 0;

  constructor(
    private readonly request: KillRequest,
    private readonly folder: string,
  ) {
    this.model = join(folder, 'm.json');
  }

  async run(): Promise<KillReport> {
    const { kills, seed } = this.request;
    const random = randomKey(seed);
    for (let i = 0; i < kills; i++) {
      const isStarting = i > 0 && uniform(random, 2 * i) < WHILE_STARTING;
      await this.kill(isStarting, uniform(random, 2 * i + 1));
    }
    await this.finish();
    const { duringSave, step, faults } = this;
    return { kills, duringSave, step, faults };
  }

  /** Starts the program, kills it at some point of its start or of what follows, and checks what is left. */
  private async kill(isStarting: boolean, point: number): Promise<void> {
    const before = await this.stamp();
    const { child, ended } = this.start(100_000);
    const start = performance.now();
    let hasSaved = false;
    if (isStarting) {
      await Promise.race([ended, sleep(point * this.startTime)]);
    } else {
      while (!hasSaved && isAlive(child) && performance.now() - start < PATIENCE) {
        await sleep(2);
        hasSaved = (await this.stamp()) !== before;
      }
      this.startTime = performance.now() - start;
      if (hasSaved) await Promise.race([ended, sleep(point * WHILE_TRAINING)]);
    }
    const isKilled = isAlive(child) && child.kill('SIGKILL');
    const { code, stderr } = await ended;
    this.hasBegun ||= hasSaved;
    if (code === 2 || !this.hasBegun) throw new Error(`it does not train: ${stderr}`);
    if (!isKilled || !(isStarting || hasSaved)) this.faults.push(`no start (exit code ${code}): ${stderr}`);
    await this.look(child.pid, hasSaved);
  }

  /** @param hasSaved whether the process got so far that it must have cleaned up after those before it */
  private async look(pid: number | undefined, hasSaved: boolean): Promise<void> {
    const names = await readdir(this.folder);
    const own = names.filter((name) => name.startsWith(`.m.json.${pid}.`));
    if (own.length > 0 && hasSaved) this.duringSave++;
    try {
      const { training } = await loadCheckpoint(this.model);
      const step = training?.step ?? 0;
      if (step < this.step) this.faults.push(`lost steps: ${step} is the last, ${this.step} had been saved`);
      this.step = step;
    } catch (error) {
      this.faults.push(`lost file: ${error instanceof Error ? error.message : error}`);
    }
    if (!hasSaved) return;
    const lock = await readFile(join(this.folder, '.m.json.lock'), 'utf8').catch(() => undefined);
    if (lock !== undefined && JSON.parse(lock).pid !== pid) this.faults.push('left over: the lock of another process');
    this.leftOver(names.filter((name) => !own.includes(name) && name !== '.m.json.lock'));
  }

  /** Resumes a last time, which must reach the end and leave nothing behind. */
  private async finish(): Promise<void> {
    const { ended } = this.start(this.step + 2);
    const { code, stderr } = await ended;
    if (code !== 0) this.faults.push(`no end (exit code ${code}): ${stderr}`);
    const last = this.step;
    await this.look(undefined, true);
    if (this.step !== last + 2) this.faults.push(`resumed at ${last}, two steps later at ${this.step}`);
    this.leftOver((await readdir(this.folder)).filter((name) => name === '.m.json.lock'));
  }

  private leftOver(names: readonly string[]): void {
    for (const name of names) if (name.startsWith('.')) this.faults.push(`left over: ${name}`);
  }

  private start(steps: number): { child: ChildProcess; ended: Promise<{ code: number | null; stderr: string }> } {
    const program = this.request.program ?? [fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url))];
    const how = this.hasBegun ? ['--resume', this.model] : shape;
    const always = ['--output', this.model, '--save-every', '1', '--steps', String(steps), '--threads', '1', '--quiet'];
    const args = [...program, 'train', join(this.folder, 'corpus.txt'), ...how, ...always];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    return { child, ended: once(child, 'close').then(([code]) => ({ code, stderr: stderr.trim() })) };
  }

  /** Changes with every save. */
  private async stamp(): Promise<string> {
    return stat(this.model).then(
      ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
      () => '',
    );
  }
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
