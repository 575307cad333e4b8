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

  /** @param keep earlier saves to keep under names with their steps, in addition to the newest */
  constructor(
    readonly path: string,
    private readonly keep: number,
    private readonly onEvent: (event: TrainingEvent) => void,
  ) {}

  /** Saves during training. A failure is reported, and the next save tries again. */
  async save(step: number, checkpoint: Checkpoint): Promise<void> {
    try {
      await this.write(step, checkpoint);
    } catch (error) {
      if (!(error instanceof CharrnnError)) throw error;
      const message = line`${error.line}; training continues, and the next save tries again`;
      this.onEvent({ event: 'notice', kind: 'warning', message });
    }
  }

  /**
   * Saves at the end of a run.
   * @throws CharrnnError when the path cannot be written; the message names the path that was written instead
   */
  async saveLast(step: number, checkpoint: Checkpoint): Promise<void> {
    try {
      await this.write(step, checkpoint);
    } catch (error) {
      const fallback = join(tmpdir(), `charrnn-${process.pid}-${basename(this.path)}`);
      const saved = await saveCheckpoint(fallback, checkpoint).catch(() => undefined);
      if (!(error instanceof CharrnnError) || !saved) throw error;
      throw new CharrnnError(line`${error.line}; the checkpoint of step ${step} is in ${fallback} instead`);
    }
  }

  private async write(step: number, checkpoint: Checkpoint): Promise<void> {
    const { bytes } = await saveCheckpoint(this.path, checkpoint);
    this.saved = { path: this.path, step };
    this.onEvent({ event: 'saved', step, path: this.path, bytes });
    if (this.keep > 0) await this.keepCopy(step).catch((error: unknown) => this.warnOfCopy(step, error));
  }

  /** Warns that a copy cannot be kept. The run continues, because the newest checkpoint is saved. */
  private warnOfCopy(step: number, error: unknown): void {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const message = `${this.path}: step ${step} cannot be kept (${faultIn(error)}); training continues without that copy`;
    this.onEvent({ event: 'notice', kind: 'warning', message });
  }

  /** Keeps `model.json` of step 500 as `model.step-500.json`. A hard link suffices: the next save replaces the path. */
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
