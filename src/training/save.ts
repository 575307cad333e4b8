import { copyFile, link, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { saveCheckpoint } from '../checkpoint/write.js';
import { CharrnnError, line } from '../errors.js';
import { faultIn } from '../files/system-errors.js';
import type { TrainingEvent } from './events.js';

/** Writes the checkpoints of a run to one path. */
export class Saver {
  /** The latest save. */
  saved: { readonly path: string; readonly step: number } | undefined;

  /** @param keep saves that stay under names with their steps, besides the newest */
  constructor(
    readonly path: string,
    private readonly keep: number,
    private readonly onEvent: (event: TrainingEvent) => void,
  ) {}

  /** Saves while training goes on. What cannot be written now is told, and may be written the next time. */
  async save(step: number, checkpoint: Checkpoint): Promise<void> {
    try {
      await this.write(step, checkpoint);
    } catch (error) {
      if (!(error instanceof CharrnnError)) throw error;
      const message = line`${error.line}; training goes on, and the next save tries again`;
      this.onEvent({ event: 'notice', kind: 'warning', message });
    }
  }

  /**
   * Saves at the end of a run.
   * @throws CharrnnError where the path cannot be written, and says to which other one the checkpoint went
   */
  async saveLast(step: number, checkpoint: Checkpoint): Promise<void> {
    try {
      await this.write(step, checkpoint);
    } catch (error) {
      const refuge = join(tmpdir(), `charrnn-${process.pid}-${basename(this.path)}`);
      const saved = await saveCheckpoint(refuge, checkpoint).catch(() => undefined);
      if (!(error instanceof CharrnnError) || !saved) throw error;
      throw new CharrnnError(line`${error.line}; the checkpoint of step ${step} is in ${refuge} instead`);
    }
  }

  private async write(step: number, checkpoint: Checkpoint): Promise<void> {
    const { bytes } = await saveCheckpoint(this.path, checkpoint);
    this.saved = { path: this.path, step };
    this.onEvent({ event: 'saved', step, path: this.path, bytes });
    if (this.keep > 0) await this.keepCopy(step).catch((error: unknown) => this.warnOfCopy(step, error));
  }

  /** A copy that cannot be kept ends nothing: the newest checkpoint is there. */
  private warnOfCopy(step: number, error: unknown): void {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const message = `${this.path}: step ${step} cannot be kept (${faultIn(error)}); training goes on without that copy`;
    this.onEvent({ event: 'notice', kind: 'warning', message });
  }

  /** `model.json` of step 500 stays as `model.step-500.json`. A link costs no space: the next save replaces the path. */
  private async keepCopy(step: number): Promise<void> {
    const folder = dirname(this.path);
    const extension = extname(this.path);
    const stem = `${basename(this.path, extension)}.step-`;
    const copy = join(folder, `${stem}${step}${extension}`);
    await rm(copy, { force: true });
    await link(this.path, copy).catch(() => copyFile(this.path, copy));

    const steps = (await readdir(folder))
      .filter((name) => name.startsWith(stem) && name.endsWith(extension))
      .map((name) => name.slice(stem.length, name.length - extension.length))
      .filter((digits) => /^\d+$/.test(digits) && Number(digits) <= step)
      .sort((a, b) => Number(b) - Number(a));
    for (const old of steps.slice(this.keep)) await rm(join(folder, `${stem}${old}${extension}`), { force: true });
  }
}
