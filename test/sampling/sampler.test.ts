import assert from 'node:assert/strict';
import { auto, wasm } from '../../src/kernels/backend.js';
import { findTarget } from '../../src/kernels/native/processor.js';
import { parameterShapes } from '../../src/model/shape.js';
import { randomKey, uniform } from '../../src/random.js';
import { Sampler } from '../../src/sampling/sampler.js';

describe('Sampler', () => {
  it('begins with WebAssembly and goes over to machine code in a long text, without a change of any bit', () => {
    const shape = { cell: 'gru', layers: 2, hidden: 200, vocabulary: 7 } as const;
    const parameters = new Map(
      parameterShapes(shape).map(({ name, shape }, p) => {
        const length = shape.reduce((size, side) => size * side, 1);
        return [name, Float32Array.from({ length }, (_, i) => uniform(randomKey(3, p), i) - 0.5)];
      }),
    );
    const source = (name: string): Float32Array => parameters.get(name) ?? assert.fail(name);
    const [plain, switched] = [wasm, auto].map((backend) => new Sampler(shape, source, { texts: 8, backend }));
    const used = new Set<string>();
    for (let step = 0; step < 220; step++) {
      const symbols = Array.from({ length: 8 }, (_, text) => (step * (text + 3)) % 7);
      plain.feed(symbols);
      switched.feed(symbols);
      assert.deepEqual(switched.next, plain.next, `step ${step}`);
      used.add(Reflect.get(switched, 'running').instance.kernels.name);
    }
    assert.deepEqual([...used], findTarget(false) ? ['wasm', 'native'] : ['wasm']);
  });
});
