import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { loadImageTools } from '../../src/imaging/image-tools.js';

describe('loadImageTools', () => {
  const load = (failures: Readonly<Record<string, Error>>) => async (name: string) => {
    if (failures[name]) throw failures[name];
    return name;
  };
  const absent = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });

  it('returns both packages', async () => {
    assert.deepEqual(await loadImageTools(load({})), { onnxruntime: 'onnxruntime-node', sharp: 'sharp' });
  });
  it('says what to install', async () => {
    await assert.rejects(
      loadImageTools(load({ sharp: absent, 'onnxruntime-node': absent })),
      new CharrnnError(
        'optional packages are missing: onnxruntime-node, sharp; install them with: npm install onnxruntime-node sharp',
      ),
    );
    const one = 'optional packages are missing: sharp; install them with: npm install sharp';
    await assert.rejects(loadImageTools(load({ sharp: absent })), new CharrnnError(one));
  });
  it('says why a package cannot be used', async () => {
    const failure = new Error('no binary for this platform\nsee the manual');
    const message =
      'optional packages cannot be loaded: onnxruntime-node (no binary for this platform); install them with: npm install onnxruntime-node';
    await assert.rejects(loadImageTools(load({ 'onnxruntime-node': failure })), new CharrnnError(message));
  });
});
