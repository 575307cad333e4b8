import { rows } from '../kernels/plan.js';
import type { Instance } from '../model/instance.js';
import type { LanguageModel } from '../model/network.js';
import { type Sequence, writeSequences } from '../model/sequences.js';
import type { Encoding } from '../options/training-options.js';
import type { Worker } from '../parallel/team.js';
import { codePointsOf } from '../text/decode.js';
import { exampleLine } from '../text/lines.js';
import type { BatchShape } from '../text/streams.js';
import type { Vocabulary } from '../text/vocabulary.js';

/** Texts that are read together, and characters read at a time: long texts take no more memory than short ones. */
export const LABEL_BATCH: BatchShape = { batch: 64, sequence: 64 };

/** Reads whole texts, each from a zero state, for the logits of their labels. */
export class LabelReader {
  private readonly model: LanguageModel;
  private readonly w: Worker;
  /** Numbers that a sequence has for each step. */
  private readonly width: number;

  /** @param instance a model of the task label, with any batch size (N) and sequence length (T) */
  constructor({ model, worker }: Instance) {
    this.model = model;
    this.w = worker;
    this.width = model.shape.task?.features ?? 1;
    model.prepare(worker, undefined);
  }

  /**
   * Returns the logits (labels) of each text or film. They do not depend on the others.
   * @param texts of one step at least, in any order
   */
  read(texts: readonly Sequence[]): Float32Array[] {
    const { batch: N } = this.model.settings;
    const order = texts.map((_, i) => i).sort((a, b) => texts[b].length - texts[a].length);
    const logits = new Array<Float32Array>(texts.length);
    for (let from = 0; from < order.length; from += N) {
      const group = order.slice(from, from + N);
      this.readTogether(
        group.map((i) => texts[i]),
        (n, own) => {
          logits[group[n]] = own;
        },
      );
    }
    return logits;
  }

  /** Reads up to N texts, the longest first, in pieces of T steps. A text that has ended leaves its stream empty. */
  private readTogether(texts: readonly Sequence[], onEnd: (n: number, logits: Float32Array) => void): void {
    const { model, w, width } = this;
    const { batch: N, sequence: T } = model.settings;
    let active = texts.length;
    for (let start = 0; active > 0; start += T) {
      const pieces = texts.slice(0, active).map((text) => text.subarray(start * width, (start + T) * width));
      writeSequences(model.inputs, w.kernels, N, pieces);
      model.fit({ lengths: pieces.map(({ length }) => length / width) });
      if (start === 0) model.begin(w, undefined);
      else model.carry(w);
      model.forward(w, undefined);
      const before = active;
      while (active > 0 && texts[active - 1].length <= (start + T) * width) active--;
      if (active === before) continue;
      model.decode(w, undefined);
      for (let n = active; n < before; n++) onEnd(n, Float32Array.from(w.kernels.read(rows(model.logits, n, n + 1))));
    }
  }
}

/** How lines become texts. */
export interface LineReading {
  readonly encoding: Encoding;
  /** Characters after which the rest of a line is left out, as in training. */
  readonly truncate: number | undefined;
}

/** Returns the symbols of a line, read as training reads a text, and of the line feed that ends it. */
export function symbolsOfLine(
  bytes: Uint8Array,
  isFirst: boolean,
  vocabulary: Vocabulary,
  { encoding, truncate }: LineReading,
): { readonly symbols: Int32Array; readonly unknown: number } {
  const codePoints = codePointsOf(exampleLine(bytes, isFirst, encoding), encoding);
  return vocabulary.line(codePoints.subarray(0, truncate));
}
