// Trains as the command does, but in this process.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackendName, trainingConfig } from '../../src/options/training-options.js';
import type { TrainingEvent } from '../../src/training/events.js';
import type { FollowedRequest, Interval } from '../../src/training/request.js';
import { train } from '../../src/training/train.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Changes } from '../training-config.js';

export const TEXT = 'the quick brown fox jumps over the lazy dog; what a day. '.repeat(16);

/** Options with which an epoch of TEXT has 10 steps, with validations in between. */
export const small = { layers: 2, hidden: 12, batch: 5, sequence: 16, dropout: 0.2, validateEvery: 6 };

/** A request for a run with the defaults and these changes, on one thread, saved only at its end. */
export function requestOf(corpus: string, changes: Changes): FollowedRequest {
  const { run, ...configs } = trainingConfig(changes);
  return { corpus, ...configs, ...run, recipe: false, threads: 1, saveEvery: {}, onEvent: () => {} };
}

export interface Trial {
  readonly threads?: number;
  readonly backend?: BackendName;
  readonly origin?: Pick<FollowedRequest, 'resume' | 'initFrom' | 'extendVocabulary'>;
  readonly output?: string;
  readonly saveEvery?: Interval;
  readonly keep?: number;
  readonly task?: FollowedRequest['task'];
  readonly validationFile?: string;
  /** The step after which the run is interrupted. */
  readonly interruptAt?: number;
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** A folder for corpora and checkpoints; `events` are those of the latest training run. */
export class TrainingFolder {
  private readonly temporary = temporaryFolder();
  readonly folder = this.temporary.folder;
  readonly remove = this.temporary.remove;
  readonly events: TrainingEvent[] = [];
  private files = 0;

  /** Trains on a text. @returns the path of the checkpoint */
  async train(text: string, changes: Changes, trial: Trial = {}): Promise<string> {
    const corpus = join(this.folder, 'corpus.txt');
    const output = trial.output ?? join(this.folder, `model${this.files++}.json`);
    const stop = new AbortController();
    writeFileSync(corpus, text);
    this.events.length = 0;
    await train({
      ...requestOf(corpus, changes),
      ...trial.origin,
      output,
      threads: trial.threads ?? 1,
      backend: trial.backend ?? 'wasm', // starts sooner than machine code; backends.test.ts compares both
      saveEvery: trial.saveEvery ?? {},
      keep: trial.keep,
      task: trial.task,
      validationFile: trial.validationFile,
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
