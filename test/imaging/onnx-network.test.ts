import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { chooseLayer, parseNetwork, readNetwork, withOutput } from '../../src/imaging/onnx-network.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type NetworkParts, type NodeRow, onnxNetwork, smallNetwork } from './onnx-writer.js';

const parsed = (parts: NetworkParts) => parseNetwork('net.onnx', onnxNetwork(parts)) ?? assert.fail();

describe('parseNetwork', () => {
  it('reads inputs, outputs, nodes and the names of weights', () => {
    const { inputs, outputs, nodes, weights } = parsed(smallNetwork);
    assert.deepEqual(inputs, [{ name: 'images', type: 1, shape: [undefined, 3, 5, 4] }]);
    assert.deepEqual(outputs, ['classes']);
    assert.deepEqual([...weights], ['conv.W', 'conv.b', 'fc.W', 'fc.b']);
    assert.equal(nodes.length, 5);
    const first = { name: 'convolution', operation: 'Conv', inputs: ['images', 'conv.W', 'conv.b'], outputs: ['maps'] };
    assert.deepEqual(nodes[0], first);
  });
  it('does not count weights as inputs', () => {
    assert.equal(parsed({ ...smallNetwork, moreInputs: ['conv.W', 'fc.b'] }).inputs.length, 1);
  });
  it('takes a length of 0 or -1 for a free one', () => {
    assert.deepEqual(parsed({ ...smallNetwork, input: [0, 3, 2 ** 52, 4] }).inputs[0].shape, [
      undefined,
      3,
      undefined,
      4,
    ]);
  });

  it('recognizes any other bytes in linear time', async () => {
    const whole = onnxNetwork(smallNetwork);
    const mutations = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(mutations, fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        const network = parseNetwork('net.onnx', bytes);
        if (network) assert.ok(chooseLayer(network, undefined).length >= 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('readNetwork', () => {
  const { write, path, remove } = temporaryFolder();
  after(remove);

  it('refuses a missing file, and one of another kind', async () => {
    await assert.rejects(
      readNetwork(path('none.onnx')),
      new CharrnnError(`${path('none.onnx')}: no such file; give another path`),
    );
    for (const text of ['', 'To be, or not to be', '{"format": "charrnn"}', '\x0a\x00']) {
      const fault = 'not a network in ONNX format; export one, as torch.onnx.export does';
      await assert.rejects(readNetwork(write('a.onnx', text)), new CharrnnError(`${path('a.onnx')}: ${fault}`));
    }
  });
});

describe('chooseLayer', () => {
  const layerOf = (...nodes: NodeRow[]): string => chooseLayer(parsed({ ...smallNetwork, nodes }), undefined);
  const [convolution, relu, pool, flatten, gemm] = smallNetwork.nodes;

  it('takes the input of the last node', () => {
    assert.equal(layerOf(convolution, relu, pool, flatten, gemm), 'features');
    assert.equal(layerOf(convolution, relu, pool, flatten), 'pooled');
    assert.equal(layerOf(convolution, relu), 'maps');
  });
  it('takes the input of the last layer if functions of its result follow', () => {
    assert.equal(layerOf(convolution, relu, pool, flatten, gemm, ['Softmax', 'classes', 'p']), 'features');
    const product: NodeRow = ['MatMul', 'features fc.W', 'products'];
    const sum: NodeRow = ['Add', 'fc.b products', 'sums'];
    assert.equal(layerOf(convolution, relu, pool, flatten, product, sum, ['Identity', 'sums', 'out']), 'features');
  });
  it('takes the output if the only node reads the images', () => {
    assert.equal(layerOf(convolution), 'maps');
  });
  it('finds a tensor or a node by its name, and names the last tensors otherwise', () => {
    const network = parsed(smallNetwork);
    assert.equal(chooseLayer(network, 'rectified'), 'rectified');
    assert.equal(chooseLayer(network, 'convolution'), 'maps');
    for (const name of ['fc7', '', 'conv.W', 'images']) {
      const last = 'classes, features, pooled, rectified, maps';
      const message = `layer ${name}: net.onnx has no such tensor; its last are ${last}`;
      assert.throws(() => chooseLayer(network, name), new CharrnnError(message, 2));
    }
  });
});

describe('withOutput', () => {
  it('adds an output, and changes nothing else', () => {
    const network = parsed(smallNetwork);
    for (const name of ['features', 'x'.repeat(200), 'y'.repeat(20_000)]) {
      const more = parseNetwork('net.onnx', withOutput(network, name)) ?? assert.fail();
      assert.deepEqual(more.outputs, ['classes', name]);
      assert.deepEqual([more.nodes, more.inputs, more.weights], [network.nodes, network.inputs, network.weights]);
    }
    assert.equal(withOutput(network, 'classes'), network.bytes);
  });
});
