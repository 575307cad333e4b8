import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { loadImageTools } from '../../src/imaging/image-tools.js';
import { readVectors } from '../../src/text/vector-files.js';
import { onnxNetwork, smallNetwork } from '../imaging/onnx-writer.js';
import { png } from '../imaging/png.js';
import { temporaryFolder } from '../temporary-folder.js';
import { run } from './program.js';

describe('charrnn vectors', () => {
  const colour = (value: number): Buffer => png(new Uint8Array(3 * 5 * 4).fill(value), 5, 4);
  const { path, remove } = temporaryFolder({
    'net.onnx': onnxNetwork(smallNetwork),
    'photos/2.png': colour(0),
    'photos/10.png': colour(255),
    'broken/1.png': 'no image',
  });
  after(remove);
  before(async function () {
    try {
      await loadImageTools();
    } catch {
      this.skip();
    }
  });

  it('writes the vectors of a folder', async () => {
    const plain = ['--mean', '0', '--std', '1', '--network', path('net.onnx')];
    const { code, stdout, stderr } = await run('vectors', path('photos'), ...plain, '-o', path('a.npy'));
    assert.equal(stderr, `wrote ${path('a.npy')} (160 B): 2 vectors of features\n`);
    assert.equal(stdout, `1\t${path('photos/10.png')}\n2\t${path('photos/2.png')}\n`);
    assert.equal(code, 0);
    const { count, width, values } = await readVectors(path('a.npy'));
    assert.deepEqual([count, width], [2, 4]);
    // The weights times white plus the bias, and the bias alone, rectified.
    const expected = [2.1, 1.3, 0.3, 0.25, 0.1, 0, 0.3, 0];
    for (const [i, value] of values.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-5, `${i}: ${value}`);
  });

  it('ends with one line at an image that it cannot decode', async () => {
    const output = path('b.npy');
    const { code, stdout, stderr } = await run('vectors', path('broken'), '--network', path('net.onnx'), '-o', output);
    assert.match(stderr, /^charrnn: .*1\.png: cannot be decoded \(.+\); remove it, or convert it to PNG or JPEG\n$/);
    assert.deepEqual([code, stdout, existsSync(output)], [1, '', false]);
  });
});
