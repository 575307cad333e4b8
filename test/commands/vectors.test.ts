// The command with stand-ins for the optional packages; test/cli/vectors.test.ts runs it with the real ones.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { vectorsWith } from '../../src/commands/vectors.js';
import { CharrnnError } from '../../src/errors.js';
import { readVectors } from '../../src/text/vector-files.js';
import { onnxNetwork, smallNetwork } from '../imaging/onnx-writer.js';
import { type Calls, standInTools } from '../imaging/stand-in-tools.js';
import { temporaryFolder } from '../temporary-folder.js';

describe('vectors', () => {
  const { folder, path, remove } = temporaryFolder({
    'net.onnx': onnxNetwork(smallNetwork),
    'photos/b.png': '255,0,51',
    'photos/a.png': '0,255,0',
    'broken.png': 'no image',
  });
  after(remove);

  /** Runs the command in this process. */
  async function run(images: readonly string[], typed: Readonly<Record<string, string | true>>) {
    const { tools, calls } = standInTools();
    const written = { stdout: '', stderr: '' };
    const own = { stdout: process.stdout.write, stderr: process.stderr.write };
    for (const stream of ['stdout', 'stderr'] as const) {
      process[stream].write = (text: unknown, done?: unknown) => {
        written[stream] += String(text);
        if (typeof done === 'function') done();
        return true;
      };
    }
    const before = ['SIGHUP', 'SIGINT', 'SIGTERM'].map(
      (signal) => [signal, process.listeners(signal as never)] as const,
    );
    try {
      const words = { image: images.map(path) };
      const code = await vectorsWith(async () => tools)({
        words,
        typed: { network: path('net.onnx'), ...typed },
        commands: [],
      });
      return { code, calls, ...written };
    } finally {
      process.stdout.write = own.stdout;
      process.stderr.write = own.stderr;
      // The command ends the process at a signal; the test runner has handlers of its own.
      for (const [signal, listeners] of before) {
        for (const listener of process.listeners(signal as never)) {
          if (!listeners.includes(listener)) process.off(signal, listener as never);
        }
      }
    }
  }
  const valuesIn = async (name: string): Promise<number[]> => [...(await readVectors(path(name))).values];
  const firstOf = ({ batches }: Calls): number[] => Array.from(batches[0].data.subarray(0, 1));

  it('writes one vector per image, and lists the images in the order of the rows', async () => {
    const output = path('a.npy');
    const { code, stdout, stderr, calls } = await run(['photos'], { output, mean: '0', std: '1' });
    assert.equal(code, 0);
    assert.deepEqual(await valuesIn('a.npy'), [0, 1, 0, 1, 0, Math.fround(0.2)]);
    assert.equal(stdout, `1\t${path('photos/a.png')}\n2\t${path('photos/b.png')}\n`);
    assert.equal(stderr, `wrote ${output} (152 B): 2 vectors of features\n`);
    assert.deepEqual(calls.outputs, [['features']]);
  });
  it('normalises as for ImageNet by default', async () => {
    const { calls } = await run(['photos/b.png'], { output: path('b.npy') });
    assert.deepEqual(firstOf(calls), [Math.fround((1 - 0.485) / 0.229)]);
  });
  it('takes layer, batch, mean and deviation', async () => {
    const { calls } = await run(['photos'], {
      output: path('c.npy'),
      layer: 'maps',
      batch: '1',
      mean: '0.5,0,0',
      std: ' .5 ',
    });
    assert.deepEqual(calls.outputs, [['maps'], ['maps']]);
    assert.deepEqual(firstOf(calls), [-1]);
  });
  it('lists JSON objects, and is quiet', async () => {
    const { stdout, stderr } = await run(['photos/b.png'], { output: path('d.npy'), json: true, quiet: true });
    assert.deepEqual(JSON.parse(stdout), { row: 1, file: path('photos/b.png') });
    assert.equal(stderr, '');
  });
  it('writes nothing if an image cannot be decoded', async () => {
    const reason =
      'cannot be decoded (Input buffer contains unsupported image format); remove it, or convert it to PNG or JPEG';
    await assert.rejects(
      run(['photos', 'broken.png'], { output: path('e.npy'), batch: '1' }),
      new CharrnnError(`${path('broken.png')}: ${reason}`),
    );
    assert.ok(!existsSync(path('e.npy')));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  const three = 'must be one number, or three separated by commas, as in';
  for (const [typed, message] of [
    [{ output: 'a.png' }, 'output a.png: must end in .npy, the format that is written'],
    [{ mean: '1,2' }, `mean 1,2: ${three} 0.485,0.456,0.406`],
    [{ mean: '' }, `mean : ${three} 0.485,0.456,0.406`],
    [{ std: '1,2,x' }, `std 1,2,x: ${three} 0.229,0.224,0.225`],
    [{ std: '1,0,1' }, 'std 1,0,1: must be larger than 0'],
  ] as const) {
    it(`refuses ${message}`, () => assert.rejects(run(['photos'], { ...typed }), new CharrnnError(message, 2)));
  }
  it('wants a network', async () => {
    const missing = 'network: is missing; give a convolutional network in ONNX format';
    await assert.rejects(
      vectorsWith(async () => standInTools().tools)({ words: { image: [] }, typed: {}, commands: [] }),
      new CharrnnError(missing, 2),
    );
  });
});
