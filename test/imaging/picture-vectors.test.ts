import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { CharrnnError } from '../../src/errors.js';
import {
  type ImageTools,
  importPackage,
  loadImageTools,
  type OnnxTensor,
  type Sharp,
} from '../../src/imaging/image-tools.js';
import { chooseLayer, readNetwork } from '../../src/imaging/onnx-network.js';
import { pictureInput } from '../../src/imaging/picture-input.js';
import { pictureVectors } from '../../src/imaging/picture-vectors.js';
import type { Vectors } from '../../src/text/vector-rows.js';
import { temporaryFolder } from '../temporary-folder.js';
import { convolution, convolutionBias, type NetworkParts, onnxNetwork, smallNetwork } from './onnx-writer.js';
import { png } from './png.js';
import { standInTools } from './stand-in-tools.js';

const plain = { mean: [0], std: [1] };

interface Wanted {
  readonly layer?: string;
  readonly batch?: number;
  readonly onProgress?: (done: number) => void;
  readonly normalisation?: typeof plain;
}

/** Vectors of images, all batches. */
async function vectorsOf(net: string, paths: readonly string[], tools: ImageTools, wanted: Wanted = {}) {
  const network = await readNetwork(net);
  const { layer, batch, onProgress = () => {}, normalisation = plain } = wanted;
  const request = { network, layer: chooseLayer(network, layer), input: pictureInput(network, undefined, batch) };
  const batches: Vectors[] = [];
  for await (const rows of pictureVectors({ ...request, paths, normalisation, tools, onProgress })) batches.push(rows);
  return batches;
}
const rowsOf = (batches: readonly Vectors[]): number[][] =>
  batches.flatMap(({ count, width, values }) =>
    Array.from({ length: count }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]),
  );

describe('pictureVectors with stand-ins', () => {
  const { write, path, remove } = temporaryFolder({
    'net.onnx': onnxNetwork(smallNetwork),
    'fixed.onnx': onnxNetwork({ ...smallNetwork, input: [2, 3, 5, 4] }),
    'bad.png': 'no image',
    'grey.png': '1',
  });
  after(remove);
  const paths = Array.from({ length: 5 }, (_, i) => write(`${i}.png`, `${51 * i},0,255`));
  const rows = paths.map((_, i) => [Math.fround(i / 5), 0, 1]);
  const net = path('net.onnx');

  it('yields the vectors in the order of the images, in batches', async () => {
    const { tools, calls } = standInTools();
    const done: number[] = [];
    const batches = await vectorsOf(net, paths, tools, { batch: 2, onProgress: (count) => done.push(count) });
    assert.deepEqual(rowsOf(batches), rows);
    assert.deepEqual(
      calls.batches.map(({ dims }) => dims),
      [
        [2, 3, 5, 4],
        [2, 3, 5, 4],
        [1, 3, 5, 4],
      ],
    );
    assert.deepEqual(done, [2, 4, 5]);
    assert.deepEqual(calls.outputs, [['features'], ['features'], ['features']]);
  });
  it('fills the last batch of a network that takes exactly so many', async () => {
    const { tools, calls } = standInTools();
    assert.deepEqual(rowsOf(await vectorsOf(path('fixed.onnx'), paths, tools)), rows);
    assert.deepEqual(
      calls.batches.map(({ dims }) => dims[0]),
      [2, 2, 2],
    );
  });
  it('loads a network from its file if the tensor is an output, else with one more output and its folder', async () => {
    const { tools, calls } = standInTools();
    await vectorsOf(net, paths, tools, { layer: 'classes' });
    await vectorsOf(net, paths, tools);
    assert.equal(calls.models[0], net);
    assert.ok(calls.models[1] instanceof Uint8Array);
    const session = { model_external_initializers_file_folder_path: dirname(net) };
    assert.deepEqual(calls.options, [{ logSeverityLevel: 4 }, { logSeverityLevel: 4, extra: { session } }]);
  });
  it('makes one vector of a map of features', async () => {
    const map = { type: 'float32', data: Float32Array.from({ length: 12 }, (_, i) => i), dims: [2, 3, 1, 2] };
    const { tools } = standInTools(() => map);
    const [{ count, width, values }] = await vectorsOf(net, paths.slice(0, 2), tools);
    assert.deepEqual([count, width, [...values]], [2, 6, [...map.data]]);
  });

  it('names the first image that cannot be read', async () => {
    const { tools } = standInTools();
    const unsupported = `${path('bad.png')}: cannot be decoded (Input buffer contains unsupported image format); remove it, or convert it to PNG or JPEG`;
    const refuses = (second: string, third: string, message: string) =>
      assert.rejects(vectorsOf(net, [paths[0], path(second), path(third)], tools), new CharrnnError(message));
    await refuses('bad.png', 'none.png', unsupported);
    await refuses('none.png', 'bad.png', `${path('none.png')}: no such file`);
    const channels = `${path('grey.png')}: cannot be decoded (1 channels instead of 3); remove it, or convert it to PNG or JPEG`;
    await refuses('grey.png', 'bad.png', channels);
  });
  const refused: readonly (readonly [OnnxTensor, string])[] = [
    [
      { type: 'int64', data: new BigInt64Array(2), dims: [2] },
      'layer features: holds int64, not float32; give another one',
    ],
    [
      { type: 'float32', data: new Float32Array(3), dims: [1, 3] },
      'layer features: has the shape (1, 3), not one row for each of 2 images; give another one',
    ],
    [
      { type: 'float32', data: new Float32Array(0), dims: [2, 0] },
      'layer features: has the shape (2, 0), not one row for each of 2 images; give another one',
    ],
    [
      { type: 'float32', data: Float32Array.of(1, 2, 3, Number.NaN), dims: [2, 2] },
      `${paths[1]}: the network computes NaN; check mean and std`,
    ],
  ];
  for (const [tensor, message] of refused) {
    it(`refuses a tensor: ${message.replace(/^.*\//, '')}`, () =>
      assert.rejects(vectorsOf(net, paths.slice(0, 2), standInTools(() => tensor).tools), new CharrnnError(message)));
  }
  it('reports what onnxruntime says in one line', async () => {
    const { tools } = standInTools(() => {
      throw new Error('Non-zero status code\nwhile running Reshape');
    });
    const fault = 'onnxruntime cannot run it on 2 images of 4 × 5 (Non-zero status code); try batch 1';
    await assert.rejects(vectorsOf(net, paths.slice(0, 2), tools), new CharrnnError(`${net}: ${fault}`));
    const InferenceSession = { create: () => Promise.reject(new Error('No op registered')) };
    const old = { ...tools, onnxruntime: { ...tools.onnxruntime, InferenceSession } };
    const cannot = 'onnxruntime cannot load it (No op registered); export it again, or update onnxruntime-node';
    await assert.rejects(vectorsOf(net, paths, old), new CharrnnError(`${net}: ${cannot}`));
  });
});

describe('pictureVectors with sharp', () => {
  let sharp: Sharp;
  before(async function () {
    try {
      sharp = (await importPackage('sharp')) as Sharp;
    } catch {
      this.skip();
    }
  });
  const { write, path, remove } = temporaryFolder({
    'net.onnx': onnxNetwork(smallNetwork),
    'grey.onnx': onnxNetwork({ ...smallNetwork, input: ['N', 1, 5, 4] }),
  });
  after(remove);
  /** The numbers that a network is given for an image. */
  async function inputOf(image: Uint8Array, net: string): Promise<number[]> {
    const { tools, calls } = standInTools();
    await vectorsOf(path(net), [write('image.png', image)], { ...tools, sharp });
    return Array.from(calls.batches[0].data);
  }
  const fill = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);
  const planes = (...values: number[]): number[] => values.flatMap((value) => Array(20).fill(Math.fround(value / 255)));

  it('decodes colours, channel by channel', async () => {
    const pixels = Uint8Array.from({ length: 60 }, (_, i) => 4 * i);
    const expected = [0, 1, 2].flatMap((c) =>
      Array.from({ length: 20 }, (_, i) => Math.fround(pixels[3 * i + c] / 255)),
    );
    assert.deepEqual(await inputOf(png(pixels, 5, 4), 'net.onnx'), expected);
  });
  it('makes colours of grey, and grey of colours', async () => {
    assert.deepEqual(await inputOf(png(fill(100, 20), 5, 4), 'net.onnx'), planes(100, 100, 100));
    assert.deepEqual(await inputOf(png(fill(100, 60), 5, 4), 'grey.onnx'), planes(100));
  });
  it('puts a transparent image on white, and stretches it', async () => {
    assert.deepEqual(await inputOf(png(fill(0, 4 * 70 * 2), 70, 2), 'net.onnx'), planes(255, 255, 255));
    const halves = Uint8Array.from({ length: 3 * 40 * 8 }, (_, i) => (i < 3 * 20 * 8 ? 0 : 255));
    const stretched = await inputOf(png(halves, 40, 8), 'net.onnx');
    assert.ok(stretched[0] < 0.03 && stretched[19] > 0.97, `${stretched}`);
  });
  it('refuses what is no image, or half of one', async () => {
    const whole = png(fill(7, 60), 5, 4);
    for (const bytes of [Buffer.from('text'), Buffer.of(), whole.subarray(0, whole.length - 20)]) {
      await assert.rejects(inputOf(bytes, 'net.onnx'), (error) => {
        assert.ok(error instanceof CharrnnError, String(error));
        assert.match(error.message, /image\.png: cannot be decoded \(.+\); remove it, or convert it to PNG or JPEG$/);
        return true;
      });
    }
  });
});

describe('pictureVectors with onnxruntime and sharp', () => {
  let tools: ImageTools;
  before(async function () {
    try {
      tools = await loadImageTools();
    } catch {
      this.skip();
    }
  });
  const { write, remove } = temporaryFolder();
  after(remove);

  const [height, width] = [5, 4];
  const pictures = [0, 1, 2].map((k) =>
    Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * i * 7 + k * 50) % 256),
  );
  const paths = pictures.map((pixels, i) => write(`${i}.png`, png(pixels, height, width)));

  /** The means of the rectified maps, step by step. */
  function featuresOf(pixels: Uint8Array, { mean, std } = plain): number[] {
    return convolutionBias.values.map((bias, map) => {
      let sum = 0;
      for (let i = 0; i < height * width; i++) {
        let activation = bias;
        for (let c = 0; c < 3; c++) {
          activation +=
            convolution.values[3 * map + c] * ((pixels[3 * i + c] / 255 - mean[c % mean.length]) / std[c % std.length]);
        }
        sum += Math.max(0, activation);
      }
      return sum / (height * width);
    });
  }
  const assertNear = (found: readonly number[][], expected: readonly number[][]): void => {
    assert.deepEqual(
      found.map((row) => row.length),
      expected.map((row) => row.length),
    );
    found.forEach((row, i) => {
      row.forEach((value, j) => {
        assert.ok(Math.abs(value - expected[i][j]) < 1e-5, `${i} ${j}: ${value} ${expected[i][j]}`);
      });
    });
  };
  const network = (name: string, parts: Partial<NetworkParts>): string =>
    write(name, onnxNetwork({ ...smallNetwork, ...parts }));

  it('computes the features within 1e-5, whatever the batch', async () => {
    const normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    for (const batch of [1, 2, 8]) {
      const batches = await vectorsOf(network('net.onnx', {}), paths, tools, { batch, normalisation });
      assertNear(
        rowsOf(batches),
        pictures.map((pixels) => featuresOf(pixels, normalisation)),
      );
    }
    const fixed = network('fixed.onnx', { input: [2, 3, height, width] });
    assertNear(
      rowsOf(await vectorsOf(fixed, paths, tools)),
      pictures.map((pixels) => featuresOf(pixels)),
    );
  });
  it('takes any layer, by the name of its tensor or node', async () => {
    const net = network('net.onnx', {});
    const widths: Readonly<Record<string, number>> = { classes: 2, pooled: 4, rectified: 80, convolution: 80 };
    for (const [layer, width] of Object.entries(widths)) {
      assert.equal((await vectorsOf(net, paths, tools, { layer }))[0].width, width);
    }
  });
  it('finds weights in files next to the network', async () => {
    write('weights.bin', Buffer.from(Float32Array.from(convolution.values).buffer));
    const [first, ...weights] = smallNetwork.weights ?? [];
    const net = network('split.onnx', { weights: [{ ...first, file: 'weights.bin' }, ...weights] });
    for (const layer of ['features', 'classes']) {
      const rows = rowsOf(await vectorsOf(net, paths, tools, { layer }));
      if (layer === 'features')
        assertNear(
          rows,
          pictures.map((pixels) => featuresOf(pixels)),
        );
    }
  });
  it('decodes grey and transparent images, and stretches others', async () => {
    const white = new Uint8Array(3 * height * width).fill(255);
    const grey = new Uint8Array(6 * 9).fill(100);
    const clear = new Uint8Array(4 * 7 * 2); // black, but transparent: white
    const own = [write('grey.png', png(grey, 6, 9)), write('clear.png', png(clear, 7, 2))];
    const expected = [featuresOf(new Uint8Array(3 * height * width).fill(100)), featuresOf(white)];
    assertNear(rowsOf(await vectorsOf(network('net.onnx', {}), own, tools)), expected);
  });
  it('reports a network that onnxruntime cannot load or run', async () => {
    const unknown = network('unknown.onnx', {
      nodes: [
        ['Conv', 'images none', 'maps'],
        ['Magic', 'maps', 'out'],
      ],
    });
    await assert.rejects(
      vectorsOf(unknown, paths, tools),
      /unknown\.onnx: onnxruntime cannot load it \(.+\); export it/,
    );
    const weights = [
      ...(smallNetwork.weights ?? []).slice(0, 2),
      { name: 'fc.W', shape: [3, 2], values: [1, 1, 1, 1, 1, 1] },
    ];
    const nodes = [...smallNetwork.nodes.slice(0, 4), ['MatMul', 'features fc.W', 'classes'] as const];
    const uneven = network('uneven.onnx', { weights, nodes });
    await assert.rejects(
      vectorsOf(uneven, paths, tools, { layer: 'classes' }),
      /uneven\.onnx: onnxruntime cannot (load|run) it/,
    );
  });
});
