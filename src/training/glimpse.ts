import { generate } from '../sampling/sample.js';
import { Sampler } from '../sampling/sampler.js';
import type { Vocabulary } from '../text/vocabulary.js';
import type { Engine } from '../threads/engine.js';

/** Characters and temperature. */
const GLIMPSE = { length: 200, temperature: 0.8, prime: '' };

/** What the model of an engine at rest writes. */
export function glimpse({ layout, kernels }: Engine, vocabulary: Vocabulary, seed: number): string {
  const sampler = new Sampler(layout.model.shape, (name) => kernels.read(layout.evaluated.get(name)));
  return [...generate(sampler, vocabulary, { ...GLIMPSE, seed })].join('');
}
