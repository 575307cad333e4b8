import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { parseNetwork } from '../../src/imaging/onnx-network.js';
import { type PictureInput, pictureInput, writePicture } from '../../src/imaging/picture-input.js';
import { type NetworkParts, onnxNetwork, smallNetwork } from './onnx-writer.js';

const inputOf = (parts: Partial<NetworkParts>, size?: number, batch?: number): PictureInput =>
  pictureInput(parseNetwork('net.onnx', onnxNetwork({ ...smallNetwork, ...parts })) ?? assert.fail(), size, batch);

describe('pictureInput', () => {
  it('finds the channels, the size and the batch in the shape', () => {
    const free = { name: 'images', batch: 8, isBatchFixed: false };
    const sizes = { height: 5, width: 4 };
    assert.deepEqual(inputOf({}), { ...free, ...sizes, layout: 'NCHW', channels: 3 });
    assert.deepEqual(inputOf({ input: ['N', 5, 4, 3] }), { ...free, ...sizes, layout: 'NHWC', channels: 3 });
    assert.deepEqual(inputOf({ input: ['N', 1, 5, 4] }), { ...free, ...sizes, layout: 'NCHW', channels: 1 });
    assert.deepEqual(inputOf({ input: ['N', 5, 4, 1] }), { ...free, ...sizes, layout: 'NHWC', channels: 1 });
    assert.deepEqual(inputOf({ input: ['N', 3, 3, 3] }).layout, 'NCHW');
    assert.deepEqual(inputOf({ input: ['N', 1, 3, 3] }), { ...free, height: 1, width: 3, layout: 'NHWC', channels: 3 });
  });
  it('takes the size and the batch that are given, unless the network has its own', () => {
    const { height, width, batch, isBatchFixed } = inputOf({ input: ['N', 3, 'H', 'W'] }, 7, 2);
    assert.deepEqual([height, width, batch, isBatchFixed], [7, 7, 2, false]);
    assert.equal(inputOf({ input: [1, 3, 5, 5] }, 5).batch, 1);
    assert.equal(inputOf({ input: [4, 3, 5, 5] }, 5, 4).isBatchFixed, true);
  });

  const refused: readonly (readonly [
    string,
    Partial<NetworkParts>,
    size?: number | undefined,
    batch?: number | undefined,
    usage?: true,
  ])[] = [
    ['net.onnx: takes 2 inputs, not one; give a network that takes images alone', { moreInputs: ['ids'] }],
    [
      'net.onnx: its input has the shape (?, 77); give a network that takes (images, 3 or 1 channels, height, width)',
      { input: ['N', 77] },
    ],
    [
      'net.onnx: its input has the shape (?, 4, 8, ?); give a network that takes (images, 3 or 1 channels, height, width)',
      { input: ['N', 4, 8, 'W'] },
    ],
    ['net.onnx: its input is of type 2, not float32 (1); export the network in float32', { type: 2 }],
    [
      'net.onnx: takes images of any size; give size, 224 for most networks',
      { input: ['N', 3, 'H', 5] },
      undefined,
      1,
      true,
    ],
    ['size 5: net.onnx takes 4 × 5 pixels; leave it out', {}, 5, undefined, true],
    ['batch 2: net.onnx takes 1 at a time; leave it out', { input: [1, 3, 5, 5] }, undefined, 2, true],
  ];
  for (const [message, parts, size, batch, isUsage] of refused) {
    it(`refuses: ${message}`, () => {
      assert.throws(() => inputOf(parts, size, batch), new CharrnnError(message, isUsage ? 2 : 1));
    });
  }
});

describe('writePicture', () => {
  const normalisation = { mean: [0.1, 0.2, 0.3], std: [1, 2, 4] };
  const pixels = Uint8Array.from({ length: 2 * 5 * 3 }, (_, i) => (i * 37) % 256);

  for (const layout of ['NCHW', 'NHWC'] as const) {
    it(`writes (pixel / 255 - mean) / std as ${layout}, at its place in the batch`, () => {
      const input = { ...inputOf({}), layout, height: 2, width: 5 };
      const out = new Float32Array(3 * pixels.length).fill(9);
      writePicture(pixels, input, normalisation, 1, out);
      for (let y = 0; y < 2; y++) {
        for (let x = 0; x < 5; x++) {
          for (let c = 0; c < 3; c++) {
            const at = layout === 'NCHW' ? (c * 2 + y) * 5 + x : (y * 5 + x) * 3 + c;
            const expected = (pixels[(y * 5 + x) * 3 + c] / 255 - normalisation.mean[c]) / normalisation.std[c];
            assert.equal(out[pixels.length + at], Math.fround(expected));
          }
        }
      }
      const others = [...out.subarray(0, pixels.length), ...out.subarray(2 * pixels.length)];
      assert.ok(others.every((value) => value === 9));
    });
  }
  it('takes one number for all channels, and the average of three for grey', () => {
    const out = new Float32Array(3);
    const input = { ...inputOf({}), height: 1, width: 1 };
    writePicture(Uint8Array.of(0, 51, 255), input, { mean: [0.5], std: [0.5] }, 0, out);
    assert.deepEqual([...out], [-1, Math.fround(-0.6), 1]);
    writePicture(Uint8Array.of(255), { ...input, channels: 1 }, { mean: [0, 0.25, 0.5], std: [1, 2, 3] }, 0, out);
    assert.equal(out[0], 0.375);
  });
});
