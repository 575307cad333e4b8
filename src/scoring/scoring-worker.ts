// A worker that scores blocks of lines one after the other, in the order in which they arrive.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import { attach, forReading, type Instance, layOut } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import { codePointsOf } from '../text/decode.js';
import { type PackedLines, unpacked } from '../text/lines.js';
import type { BatchShape } from '../text/streams.js';
import { Vocabulary, type VocabularyRecord } from '../text/vocabulary.js';
import { type DynamicOptions, DynamicReader, StreamReader } from './dynamic.js';
import {
  ContinuedLines,
  LINE_BATCH,
  type LineScorer,
  LONG_LINE_BATCH,
  SingleLines,
  STREAM_BATCH,
  TextReader,
} from './line-scorer.js';

/** How lines are read, with the weights in shared memory or as a checkpoint. */
export type Reading =
  /** Each line on its own, by two readers of different batch sizes. */
  | { readonly kind: 'line'; readonly memory: WebAssembly.Memory; readonly longLineMemory: WebAssembly.Memory }
  /** All lines as one text. */
  | { readonly kind: 'stream'; readonly memory: WebAssembly.Memory }
  /** All lines as one text, from which the model learns. */
  | { readonly kind: 'dynamic'; readonly checkpoint: Checkpoint; readonly options: DynamicOptions };

export interface ScoringData {
  readonly shape: ModelShape;
  readonly vocabulary: VocabularyRecord;
  readonly encoding: Encoding;
  readonly backend: BackendName;
  readonly reading: Reading;
  /** Whether to return the nats of each character. */
  readonly isDetailed: boolean;
}

export interface LinesToScore extends PackedLines {
  readonly isTerminated: boolean;
}

/** The costs of some lines. */
export interface LineScores {
  /** Nats of each line. */
  readonly nats: Float64Array;
  /** Number of characters counted in each line, and of those that the model does not know. */
  readonly counted: Int32Array;
  readonly unknown: Int32Array;
  /** Nats of each character of each line, if requested. */
  readonly details: readonly Float64Array[] | undefined;
}

export type ScoringProcedures = ReturnType<typeof scoringProgram>;

function scoringProgram(data: ScoringData) {
  const vocabulary = new Vocabulary(data.vocabulary);
  const scorer = scorerFor(data, vocabulary);
  return {
    score: ({ isTerminated, ...packed }: LinesToScore): LineScores => {
      const lines = unpacked(packed).map((bytes) => codePointsOf(bytes, data.encoding));
      const details = scorer.score(lines, isTerminated);
      const sum = (nats: Float64Array): number => nats.reduce((total, value) => total + (value >= 0 ? value : 0), 0);
      const isUnknown = (codePoint: number): boolean => vocabulary.indexOf(codePoint) < 0;
      return {
        nats: Float64Array.from(details, sum),
        counted: Int32Array.from(details, (nats) => nats.filter((value) => value >= 0).length),
        unknown: Int32Array.from(lines, (line) => line.filter(isUnknown).length),
        details: data.isDetailed ? details : undefined,
      };
    },
  };
}

function scorerFor({ shape, reading, backend }: ScoringData, vocabulary: Vocabulary): LineScorer {
  if (reading.kind === 'dynamic') {
    return new ContinuedLines(new DynamicReader(reading.checkpoint, reading.options), vocabulary);
  }
  const instance = (batch: BatchShape, memory: WebAssembly.Memory): Instance =>
    attach(layOut({ backend: backendsByName[backend], shape, settings: forReading(batch) }), memory);
  if (reading.kind === 'line') {
    const together = new TextReader(instance(LINE_BATCH, reading.memory));
    return new SingleLines(together, new TextReader(instance(LONG_LINE_BATCH, reading.longLineMemory)), vocabulary);
  }
  const { model, worker } = instance(STREAM_BATCH, reading.memory);
  model.prepare(worker, undefined);
  return new ContinuedLines(new StreamReader(model, worker, () => model.carry(worker)), vocabulary);
}

serve(scoringProgram);
