import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { Purpose, randomKey, uniform } from '../random.js';
import { Vocabulary } from '../text/vocabulary.js';
import { choose } from './choose.js';
import { Sampler } from './sampler.js';

const LINE_FEED = 10;

export interface SampleOptions {
  /** Characters to write. */
  readonly length: number;
  /** 0 takes the likeliest character every time. */
  readonly temperature: number;
  /** Text that the model reads first; it is not repeated. */
  readonly prime: string;
  readonly seed: number;
}

/**
 * The text that a model writes after the prime, character by character.
 * Without a prime the model reads a line feed first, so that it begins as a line does; if its vocabulary has none, the
 * first character is drawn from all with equal probability.
 *
 * @throws CharrnnError when the prime has a character that the vocabulary lacks
 */
export async function* sample(checkpoint: Checkpoint, options: SampleOptions): AsyncGenerator<string> {
  const parameters = new Map(checkpoint.parameters.map(({ name, values }) => [name, values]));
  const sampler = new Sampler(checkpoint.model, (name) => parameters.get(name) ?? []);
  yield* generate(sampler, new Vocabulary(checkpoint.vocabulary), options);
}

/** As `sample`, with a sampler that is ready. */
export function* generate(sampler: Sampler, vocabulary: Vocabulary, options: SampleOptions): Generator<string> {
  const { length, temperature, prime, seed } = options;
  const key = randomKey(seed, Purpose.sampling);
  const lineFeed = vocabulary.indexOf(LINE_FEED);
  if (prime === '' && lineFeed >= 0) sampler.read(lineFeed);
  for (const symbol of vocabulary.encode(prime)) sampler.read(symbol);
  for (let i = 0; i < length; i++) {
    const symbol = choose(sampler.next, temperature, uniform(key, i));
    yield vocabulary.characterOf(symbol);
    sampler.read(symbol);
  }
}
