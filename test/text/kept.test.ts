import assert from 'node:assert/strict';
import { kept } from '../../src/text/sources.js';

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1, 2, 3);
  yield Uint8Array.of(4);
}

async function all(source: { read(): AsyncIterable<Uint8Array> }): Promise<number[]> {
  const bytes: number[] = [];
  for await (const piece of source.read()) bytes.push(...piece);
  return bytes;
}

describe('kept', () => {
  it('reads its source only once', async () => {
    let reads = 0;
    const source = kept('standard input', () => {
      reads++;
      return pieces();
    });
    assert.deepEqual([await all(source), await all(source), reads], [[1, 2, 3, 4], [1, 2, 3, 4], 1]);
  });

  it('refuses a text in one line as soon as it exceeds the free memory', async () => {
    assert.deepEqual(await all(kept('standard input', pieces, 4)), [1, 2, 3, 4]);
    await assert.rejects(all(kept('standard input', pieces, 3)), {
      name: 'CharrnnError',
      message:
        'standard input: longer than the memory that is free, 0.1 KiB; give it as a file, which is read in pieces',
    });
  });
});
