import assert from 'node:assert/strict';
import { processorOf } from '../../../src/kernels/native/processor.js';

const bits = (...places: readonly number[]): number => places.reduce((word, place) => word | (1 << place), 0);

describe('processorOf', () => {
  // FMA, OSXSAVE, AVX; AVX2, and AVX-512 F, DQ, BW, VL; xmm and ymm, and masks and zmm.
  const leaf1 = Int32Array.of(0, 0, bits(12, 27, 28), 0);
  const leaf7 = Int32Array.of(0, bits(5, 16, 17, 30, 31), 0, 0);
  const states = bits(1, 2, 5, 6, 7);

  it('finds AVX-512 where the processor has it and the system saves its registers', () => {
    assert.deepEqual(processorOf(leaf1, leaf7, states), { simd: 'avx512', hasFused: true });
  });

  it('finds AVX2 where any part of AVX-512, or any state that it needs, is missing', () => {
    for (const place of [16, 17, 30, 31]) {
      const without = Int32Array.of(0, leaf7[1] & ~bits(place), 0, 0);
      assert.equal(processorOf(leaf1, without, states).simd, 'avx2', `bit ${place}`);
    }
    for (const place of [5, 6, 7]) assert.equal(processorOf(leaf1, leaf7, states & ~bits(place)).simd, 'avx2');
  });

  it('finds nothing without AVX, AVX2 or the states of ymm', () => {
    assert.equal(processorOf(Int32Array.of(0, 0, bits(12, 27), 0), leaf7, states).simd, 'none');
    assert.equal(processorOf(leaf1, Int32Array.of(0, bits(16, 17, 30, 31), 0, 0), states).simd, 'none');
    for (const place of [1, 2]) assert.equal(processorOf(leaf1, leaf7, states & ~bits(place)).simd, 'none');
  });

  it('finds fused multiply and add by a bit of its own', () => {
    assert.equal(processorOf(Int32Array.of(0, 0, bits(27, 28), 0), leaf7, states).hasFused, false);
  });
});
