// What a model of a task says about a text that it writes, by the plain loops that training is checked against.

import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { reference } from '../../src/kernels/backend.js';
import { loadBatch } from '../../src/model/example-batch.js';
import { create, forReading, layOut } from '../../src/model/instance.js';
import type { Texts } from '../../src/text/examples.js';
import { Vocabulary } from '../../src/text/vocabulary.js';

/** What a text is written for: a source, the number of a label, or a vector. */
export type Origin = { readonly source: string } | { readonly label: number } | { readonly vector: Float32Array };

/** Returns the nats of each character of a text and of its end. */
export function costsOf({ model: shape, vocabulary, parameters }: Checkpoint, origin: Origin, text: string): number[] {
  const textsOf = (line: string): Texts => {
    const tokens = Uint16Array.from(new Vocabulary(vocabulary).encode(`${line}\n`));
    return { tokens, ends: Uint32Array.of(tokens.length) };
  };
  const written = textsOf(text);
  const sourceSequence = 'source' in origin ? origin.source.length + 1 : 1;
  const settings = { ...forReading({ batch: 1, sequence: text.length + 1 }), sourceSequence };
  const { model, worker, kernels } = create(layOut({ backend: reference('float64'), shape, settings }), parameters);
  model.prepare(worker, undefined);
  const examples = {
    count: 1,
    written,
    read: 'source' in origin ? textsOf(origin.source) : undefined,
    labels: 'label' in origin ? Int32Array.of(origin.label) : undefined,
    vectors: 'vector' in origin ? origin.vector : undefined,
  };
  loadBatch(model, worker, examples, Int32Array.of(0));
  model.begin(worker, undefined);
  model.forward(worker, undefined);
  model.decode(worker, undefined);
  model.loss(worker, 1);
  return Array.from(kernels.read(model.losses));
}

/** Returns the likeliest next character after each prefix until the line feed, or until there are so many. */
export function greedy(checkpoint: Checkpoint, origin: Origin, length: number): string {
  const characters = checkpoint.vocabulary.codePoints.map((codePoint) => String.fromCodePoint(codePoint));
  let text = '';
  while (text.length < length) {
    const cost = (next: string): number => costsOf(checkpoint, origin, next === '\n' ? text : text + next)[text.length];
    const next = characters.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    if (next === '\n') break;
    text += next;
  }
  return text;
}
