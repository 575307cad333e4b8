import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { readSafetensors, safetensorsOf } from '../../src/exchange/safetensors.js';
import { temporaryFolder } from '../temporary-folder.js';

/** A file with this header, and so many bytes after it. */
function fileOf(header: unknown, data: Uint8Array, size?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(size ?? BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe('safetensors', () => {
  const { path, remove } = temporaryFolder();
  after(remove);
  const file = path('file.safetensors');
  const numbersOf = async (name: string): Promise<Float32Array | undefined> =>
    (await readSafetensors(file)).tensors.get(name)?.read();
  const values = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 40 });

  it('give back all tensors, bit for bit, and their metadata', async () => {
    const tensors = fc.uniqueArray(fc.record({ name: fc.string({ unit: 'binary' }), values }), {
      selector: ({ name }) => name,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(tensors, fc.dictionary(fc.string(), fc.string()), async (own, metadata) => {
        const named = own
          .filter(({ name }) => !['__metadata__', '__proto__'].includes(name) && !/\p{Cs}/u.test(name))
          .map(({ name, values }) => ({ name, shape: [values.length, 1], values }));
        const pieces: Uint8Array[] = [];
        for await (const piece of safetensorsOf(named, metadata)) pieces.push(piece);
        writeFileSync(file, Buffer.concat(pieces));
        const read = await readSafetensors(file);
        assert.deepEqual({ ...read.metadata }, { ...metadata });
        assert.deepEqual([...read.tensors.keys()].sort(), named.map(({ name }) => name).sort());
        for (const { name, shape, values } of named) {
          const found = read.tensors.get(name);
          assert.deepEqual(found?.shape, shape);
          assert.deepEqual(await found?.read(), values);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are read in every precision of floats', async () => {
    // 1, −2, the smallest half, the largest half; 1, −3.140625 as bfloat16; π as float64.
    const data = Buffer.from('003c00c00100ff7b' + '803f49c0' + '182d4454fb210940', 'hex');
    const header = {
      half: { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
      double: { dtype: 'F64', shape: [], data_offsets: [12, 20] },
    };
    writeFileSync(file, fileOf(header, data));
    const { tensors } = await readSafetensors(file);
    assert.deepEqual(await tensors.get('half')?.read(), Float32Array.of(1, -2, 2 ** -24, 65504));
    assert.deepEqual(await tensors.get('brain')?.read(), Float32Array.of(1, -3.140625));
    assert.deepEqual(await tensors.get('double')?.read(), Float32Array.of(Math.PI));
  });

  it('that are hostile are one line', async () => {
    const tensor = (changes: object): object => ({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes } });
    const eight = Buffer.alloc(8);
    const cases: [Buffer, RegExp][] = [
      [Buffer.alloc(3), /is not in the format safetensors: has 3 bytes/],
      [fileOf({}, eight, 2n ** 63n), /its header would have 9,223,372,036,854,776,000 bytes/],
      [fileOf({}, Buffer.alloc(0), 3n), /its header would have 3 bytes, the file has 10/],
      [fileOf('{"a":', eight), /its header is not JSON/],
      [fileOf('[]', eight), /its header is not an object/],
      [fileOf({ __metadata__: { a: 1 } }, Buffer.alloc(0)), /its metadata is not an object of strings/],
      [fileOf({ a: 3 }, Buffer.alloc(0)), /a: is not described by an object/],
      [fileOf(tensor({ dtype: 'F33' }), eight), /a: its type is "F33"/],
      [fileOf(tensor({ shape: [-2] }), eight), /a: its shape is not a list of lengths/],
      [fileOf(tensor({ shape: [1e300] }), eight), /a: its shape is not a list of lengths/],
      [fileOf(tensor({ shape: [2 ** 40, 2 ** 40] }), eight), /a: shape .* needs [\d,e+.]+ bytes, its place is 0 to 8/],
      [fileOf(tensor({ shape: [3] }), eight), /a: shape \(3\) of F32 needs 12 bytes, its place is 0 to 8/],
      [fileOf(tensor({ data_offsets: [0, 16], shape: [4] }), eight), /needs 16 bytes, its place is 0 to 16/],
      [fileOf(tensor({ data_offsets: [8, 0] }), eight), /its place is 8 to 0/],
      [fileOf(tensor({ data_offsets: [0] }), eight), /a: has no place in the file/],
      [
        fileOf({ ...tensor({}), b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, eight),
        /b: overlaps the tensor before it/,
      ],
      [fileOf(tensor({ shape: [1], data_offsets: [4, 8] }), eight), /a: a gap of 4 bytes before it/],
      [fileOf(tensor({ shape: [1], data_offsets: [0, 4] }), eight), /4 bytes after the last tensor/],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(file, bytes);
      await assert.rejects(readSafetensors(file), (error: unknown) => {
        assert.ok(error instanceof CharrnnError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes('\n') && error.message.length < 400);
        return true;
      });
    }
    const numbers = Buffer.alloc(8);
    numbers.writeFloatLE(Number.NaN, 4);
    writeFileSync(file, fileOf(tensor({}), numbers));
    await assert.rejects(numbersOf('a'), /a: number 2 is NaN/);
    writeFileSync(file, fileOf(tensor({ dtype: 'I32' }), numbers));
    await assert.rejects(numbersOf('a'), /a: its type is I32; weights are read from F64/);
  });

  it('with any bytes changed are read, or refused in one line', async () => {
    const pieces: Uint8Array[] = [];
    const tensors = [{ name: 'weight', shape: [2, 3], values: new Float32Array(6) }];
    for await (const piece of safetensorsOf(tensors, { a: 'b' })) pieces.push(piece);
    const good = Buffer.concat(pieces);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(good.length),
        async (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length % 3 === 0 ? length : good.length));
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          writeFileSync(file, bytes);
          try {
            for (const tensor of (await readSafetensors(file)).tensors.values()) await tensor.read();
          } catch (error) {
            assert.ok(error instanceof CharrnnError, String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
