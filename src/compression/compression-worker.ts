// A worker that compresses or decompresses some streams of a text.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import type { DynamicOptions } from '../scoring/dynamic.js';
import { DynamicPredictor, fixedPredictor, type Predictor } from './predictors.js';
import { decodeStreams, encodeStreams } from './stream-coder.js';

export interface CompressionData {
  /** With its weights in shared memory. */
  readonly checkpoint: Checkpoint;
  /** How the model learns from the text, of which there is then one stream. */
  readonly dynamic: DynamicOptions | undefined;
  readonly backend: BackendName;
}

export interface StreamsToDecode {
  readonly streams: readonly Uint8Array[];
  /** Items of each. */
  readonly lengths: readonly number[];
}

export type CompressionProcedures = ReturnType<typeof compressionProgram>;

function compressionProgram({ checkpoint, dynamic, backend }: CompressionData) {
  const own = backendsByName[backend];
  const symbols = { size: checkpoint.model.vocabulary, unknown: checkpoint.vocabulary.unknown };
  const predictor = (texts: number): Predictor =>
    dynamic ? new DynamicPredictor(checkpoint, dynamic, own) : fixedPredictor(checkpoint, texts, own);
  return {
    encode: (streams: readonly Int32Array[], report: (items: number) => void): Uint8Array[] =>
      encodeStreams(predictor(streams.length), symbols, streams, report),
    decode: ({ streams, lengths }: StreamsToDecode, report: (items: number) => void): Int32Array[] =>
      decodeStreams(predictor(streams.length), symbols, streams, lengths, report),
  };
}

serve(compressionProgram);
