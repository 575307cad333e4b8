import { setTimeout as sleep } from 'node:timers/promises';
import { initialise } from '../model/initialise.js';
import { evaluationWindows } from '../scoring/evaluate.js';
import { Engine, type EngineSettings } from '../threads/engine.js';

/** Seconds of steps before those that are timed: kernels are still being compiled. */
const WARM_UP_SECONDS = 0.5;
const TIMED_SECONDS = 1.5;
/** Seconds after which a trial is given up, and the model known to be slower than that. */
const PATIENCE = 10;
/** Windows of the validation text that are timed. */
const VALIDATION_WINDOWS = 3;

/** How long real steps of the real model took, on this machine as busy as it was. */
export interface Trial {
  /** Steps that were timed; 0 when not one was done in time. */
  readonly steps: number;
  /** Seconds of a step, or with no step timed the seconds that were not enough. */
  readonly secondsPerStep: number;
  /** Seconds of one window of the validation text, 0 without one. */
  readonly secondsPerValidationWindow: number;
}

/** Trains for about two seconds and forgets it. */
export async function tryOut(settings: EngineSettings): Promise<Trial> {
  const { batch, sequence } = settings.options;
  const some = Math.min(settings.validation.length, VALIDATION_WINDOWS * batch * sequence);
  const validation = settings.validation.subarray(0, some);
  const engine = await Engine.start({ ...settings, validation });
  const end = new AbortController();
  let trial: Trial = { steps: 0, secondsPerStep: PATIENCE, secondsPerValidationWindow: 0 };

  const measure = async (): Promise<void> => {
    initialise(engine.layout.model, engine.kernels, settings.options.seed);
    for (const seconds of [WARM_UP_SECONDS, TIMED_SECONDS]) {
      let steps = 0;
      const start = performance.now();
      const request = { first: 1, last: Number.MAX_SAFE_INTEGER, totalSteps: null, totalSeconds: seconds, seconds: 0 };
      await engine.run(request, () => {
        steps++;
      });
      trial = { ...trial, steps, secondsPerStep: (performance.now() - start) / 1000 / steps };
    }
    if (some < 2) return;
    const start = performance.now();
    await engine.validate();
    const seconds = (performance.now() - start) / 1000;
    trial = { ...trial, secondsPerValidationWindow: seconds / evaluationWindows(some, settings.options) };
  };
  try {
    const patience = sleep(PATIENCE * 1000, undefined, { signal: end.signal }).catch(() => {});
    await Promise.race([measure(), patience]);
    return trial;
  } finally {
    end.abort();
    await engine.close();
  }
}
