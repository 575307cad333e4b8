// Trains as the command does, in this process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusOptions, trainingOptions } from '../../src/options/training-options.js';
import type { TrainingEvent } from '../../src/training/events.js';
import type { Origin, RunOptions } from '../../src/training/initialise-from.js';
import type { Interval } from '../../src/training/schedule.js';
import { train } from '../../src/training/train.js';
import { defaultsOf } from '../options-defaults.js';

export interface Trial {
  readonly threads?: number;
  readonly origin?: Origin;
  readonly output?: string;
  readonly saveEvery?: Interval;
  readonly keep?: number;
  /** The step behind which the run is interrupted. */
  readonly interruptAt?: number;
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** A folder for corpora and checkpoints; `events` are those of the latest training. */
export class TrainingFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'charrnn-training-'));
  readonly events: TrainingEvent[] = [];
  private files = 0;

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Trains on a text. @returns the path of the checkpoint */
  async train(text: string, changes: Partial<RunOptions>, trial: Trial = {}): Promise<string> {
    const corpus = join(this.folder, 'corpus.txt');
    const output = trial.output ?? join(this.folder, `model${this.files++}.json`);
    const stop = new AbortController();
    writeFileSync(corpus, text);
    this.events.length = 0;
    await train({
      corpus: [corpus],
      output,
      options: { ...defaultsOf(trainingOptions), ...defaultsOf(corpusOptions), ...changes } as never,
      engine: { threads: trial.threads ?? 1, backend: 'wasm' },
      origin: trial.origin ?? {},
      given: new Set(Object.keys(changes)),
      sampleEvery: 0,
      saveEvery: trial.saveEvery ?? {},
      keep: trial.keep ?? 0,
      signal: stop.signal,
      onEvent: (event) => {
        this.events.push(event);
        trial.onEvent?.(event);
        if (event.event === 'step' && event.step === trial.interruptAt) stop.abort();
      },
    });
    return output;
  }
}
