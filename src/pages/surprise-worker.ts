// A worker that reads parts of a text, several side by side, and tells what the model expected at each character.

import { backendsByName } from '../kernels/backend.js';
import { attach, forReading, layOut } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import { stepsOf, type TextPart, writeWindow } from '../model/text-parts.js';
import type { BackendName } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import type { BatchShape } from '../text/streams.js';
import type { Tokens } from '../text/tokens.js';
import { ALTERNATIVES } from './report-data.js';

export interface ReadingData {
  readonly shape: ModelShape;
  /** Parts read side by side, and steps at a time. */
  readonly batch: BatchShape;
  readonly backend: BackendName;
  readonly memory: WebAssembly.Memory;
  /** In shared memory. */
  readonly tokens: Tokens;
}

/** What a model expected, prediction by prediction. */
export interface Expectations {
  readonly nats: Float32Array;
  /** The likeliest symbols, `ALTERNATIVES` of each prediction, best first; −1 where the vocabulary has no more. */
  readonly symbols: Int32Array;
  readonly probabilities: Float32Array;
}

export type ReadingProcedures = ReturnType<typeof readingProgram>;

function readingProgram({ shape, batch, backend, memory, tokens }: ReadingData) {
  const { batch: N, sequence: T } = batch;
  const layout = layOut({ backend: backendsByName[backend], shape, settings: forReading(batch) });
  const { model, worker, kernels } = attach(layout, memory);
  const V = shape.vocabulary;
  const inputs = new Int32Array(T * N);
  const targets = new Int32Array(T * N);
  const losses = new Float32Array(T * N);
  const gradient = new Float32Array(T * N * V);
  model.prepare(worker, undefined);
  return {
    /** Reads up to N parts, each from a zero state. @returns the expectations, part after part */
    read: (parts: readonly TextPart[]): Expectations => {
      // Prediction i of a text is of token i + 1. Those of part n stand from starts[n] on.
      const starts: number[] = [];
      let predictions = 0;
      for (const { from, to } of parts) {
        starts.push(predictions);
        predictions += to - from;
      }
      const steps = stepsOf(parts);
      const nats = new Float32Array(predictions);
      const best = new Best(predictions);
      model.reset(worker);
      for (let start = 0; start < steps; start += T) {
        targets.fill(-1);
        const counted: { row: number; place: number }[] = [];
        writeWindow(parts, tokens, batch, start, inputs, (row, at, n) => {
          targets[row] = tokens[at + 1];
          counted.push({ row, place: starts[n] + at - parts[n].from });
        });
        kernels.writeIndices(model.inputs, inputs);
        kernels.writeIndices(model.targets, targets);
        model.forward(worker, undefined);
        model.decode(worker, undefined);
        // Of one prediction, the gradient is its probabilities, less one at the target.
        model.loss(worker, 1);
        model.carry(worker);
        kernels.read(model.losses, losses);
        kernels.read(model.logits, gradient);
        for (const { row, place } of counted) {
          nats[place] = losses[row];
          best.choose(place, gradient, row * V, V, targets[row]);
        }
      }
      return { nats, symbols: best.symbols, probabilities: best.probabilities };
    },
  };
}

/** The most probable symbols of each prediction. */
class Best {
  readonly symbols: Int32Array;
  readonly probabilities: Float32Array;

  constructor(predictions: number) {
    this.symbols = new Int32Array(predictions * ALTERNATIVES).fill(-1);
    this.probabilities = new Float32Array(predictions * ALTERNATIVES);
  }

  /** Of equals, the first symbol of the vocabulary comes first. */
  choose(prediction: number, gradient: Float32Array, offset: number, V: number, target: number): void {
    const { symbols, probabilities } = this;
    const first = prediction * ALTERNATIVES;
    const last = first + ALTERNATIVES - 1;
    for (let symbol = 0; symbol < V; symbol++) {
      const p = gradient[offset + symbol] + (symbol === target ? 1 : 0);
      if (symbols[last] >= 0 && p <= probabilities[last]) continue;
      let at = last;
      for (; at > first && (symbols[at - 1] < 0 || probabilities[at - 1] < p); at--) {
        symbols[at] = symbols[at - 1];
        probabilities[at] = probabilities[at - 1];
      }
      symbols[at] = symbol;
      probabilities[at] = p;
    }
  }
}

serve(readingProgram);
