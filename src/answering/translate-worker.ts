// A worker that translates lines.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import { type Translation, Translator } from './translator.js';

export interface TranslatingData {
  /** With its weights in shared memory. */
  readonly checkpoint: Checkpoint;
  readonly beam: number;
  readonly length: number;
  readonly backend: BackendName;
}

export type TranslatingProcedures = ReturnType<typeof translatingProgram>;

function translatingProgram({ checkpoint, backend, ...settings }: TranslatingData) {
  const translator = new Translator(checkpoint, { ...settings, backend: backendsByName[backend] });
  return {
    translate: (sources: readonly (string | Float32Array)[]): Translation[] => translator.translate(sources),
  };
}

serve(translatingProgram);
