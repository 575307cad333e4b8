import assert from 'node:assert/strict';
import { Plan } from '../../src/kernels/plan.js';
import { createMemory, WasmKernels } from '../../src/kernels/wasm.js';

describe('createMemory', () => {
  it('says what to raise when the system provides no memory', () => {
    const { Memory } = WebAssembly;
    const plan = new Plan();
    plan.tensor('x', 3 * 2 ** 20);
    const refuse = function refuse(): never {
      throw new RangeError('could not allocate memory');
    };
    Object.assign(WebAssembly, { Memory: refuse });
    try {
      assert.throws(() => createMemory(plan), {
        message:
          'the system refuses a WebAssembly memory of 12.1 MiB (and 10 GiB of addresses); raise ulimit -v, or use a smaller model',
      });
    } finally {
      Object.assign(WebAssembly, { Memory });
    }
  });

  it('refuses a plan that WebAssembly cannot hold, and says how large it is', () => {
    const plan = new Plan();
    plan.tensor('huge', 2 ** 30);
    assert.throws(() => createMemory(plan), /needs 4\.1 GiB, WebAssembly offers 4\.0 GiB; use a smaller one/);
  });
  it('provides zeroed memory', () => {
    const plan = new Plan();
    const x = plan.tensor('x', 3, 4);
    assert.deepEqual(new WasmKernels(createMemory(plan)).read(x), new Float32Array(12));
  });
});
