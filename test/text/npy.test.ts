import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { readNpy, writeNpy } from '../../src/text/npy.js';
import type { Vectors } from '../../src/text/vector-rows.js';
import { temporaryFolder } from '../temporary-folder.js';
import { dictionaryOf, floats, type NpyParts, npyFile } from './npy-file.js';

const half = [0, 0.5, 1, 1.5, 2, 2.5];

describe('readNpy', () => {
  const { folder, write, path, remove } = temporaryFolder();
  after(remove);

  const read = (bytes: Uint8Array): Promise<Vectors> => readNpy(write('a.npy', bytes));
  const rejects = (bytes: Uint8Array, fault: string) =>
    assert.rejects(read(bytes), (error) => {
      assert.ok(error instanceof CharrnnError, String(error));
      assert.equal(error.exitCode, 1);
      assert.ok(error.message.startsWith(`${path('a.npy')}: ${fault}; `), error.message);
      return true;
    });

  const sound: Readonly<Record<string, NpyParts>> = {
    'version 1': {},
    'version 2': { version: [2, 0] },
    'version 3': { version: [3, 0] },
    float64: { dictionary: dictionaryOf('(2, 3)', "'<f8'"), data: floats(6, 8) },
    'members in another order, in double quotes': {
      dictionary: `{"shape": (2, 3), "fortran_order": False, "descr": "<f4"}`,
    },
    'no spaces': { dictionary: "{'descr':'<f4','fortran_order':False,'shape':(2,3)}" },
    'long integers of Python 2': { dictionary: dictionaryOf('(2L, 3L)') },
  };
  for (const [what, parts] of Object.entries(sound)) {
    it(`reads ${what}`, async () => {
      const { count, width, values } = await read(npyFile(parts));
      assert.deepEqual([count, width, [...values]], [2, 3, half]);
      assert.ok(values.buffer instanceof SharedArrayBuffer);
    });
  }

  it('reads arrays longer than one piece', async () => {
    const count = 70_000;
    for (const size of [4, 8] as const) {
      const dictionary = dictionaryOf(`(${count}, 5)`, `'<f${size}'`);
      const { values } = await read(npyFile({ dictionary, data: floats(5 * count, size) }));
      assert.equal(values.length, 5 * count);
      assert.ok(values.every((value, i) => value === i / 2));
    }
  });

  const refused: readonly (readonly [NpyParts, fault: string])[] = [
    [{ version: [4, 0] }, 'version 4.0 of .npy is unknown'],
    [{ version: [1, 1] }, 'version 1.1 of .npy is unknown'],
    [{ dictionary: dictionaryOf('(2, 3)', "'>f4'") }, 'big-endian numbers (>f4)'],
    [{ dictionary: dictionaryOf('(2, 3)', "'|O'") }, 'an array of Python objects, not of numbers'],
    [{ dictionary: dictionaryOf('(2, 3)', "'<i8'") }, 'numbers of type "<i8", not float32 or float64'],
    [
      { dictionary: dictionaryOf('(2, 3)', "[('a', '<f4'), ('b', '<f4')]") },
      `numbers of type "[('a', '<f4'), ('b', '<f4')]", not float32 or float64`,
    ],
    [{ dictionary: dictionaryOf('(2, 3)', "'<f4'", 'True') }, 'in Fortran order, one column after another'],
    [{ dictionary: dictionaryOf('(6,)') }, 'shape "(6,)" is not that of a table of vectors'],
    [{ dictionary: dictionaryOf('()') }, 'shape "()" is not that of a table of vectors'],
    [{ dictionary: dictionaryOf('(1, 2, 3)') }, 'shape "(1,2,3)" is not that of a table of vectors'],
    [{ dictionary: dictionaryOf('(0, 3)'), data: Buffer.of() }, 'shape (0,3): no numbers'],
    [{ dictionary: dictionaryOf('(3, 0)'), data: Buffer.of() }, 'shape (3,0): no numbers'],
    [
      { dictionary: dictionaryOf('(1000000000000, 3)') },
      'shape (1000000000000,3) of float32 needs 12,000,000,000,000 bytes, but 24 follow the header',
    ],
    [
      { dictionary: dictionaryOf('(999999999999999, 999999999999999)') },
      'shape (999999999999999,999999999999999) of float32 needs about 4.0e+30 bytes, but 24 follow the header',
    ],
    [
      { dictionary: dictionaryOf(`(${'9'.repeat(20)}, 3)`) },
      'shape "(99999999999999999999,3)" is not that of a table of vectors',
    ],
    [{ data: floats(5) }, 'shape (2,3) of float32 needs 24 bytes, but 20 follow the header'],
    [{ data: floats(7) }, 'shape (2,3) of float32 needs 24 bytes, but 28 follow the header'],
    [{ dictionary: "{'descr': '<f4'}" }, `not an array of NumPy: its header is "{'descr': '<f4'}"`],
    [{ dictionary: "['descr']" }, `not an array of NumPy: its header is "['descr']"`],
    [
      { dictionary: dictionaryOf('(2, 3)').replace('}', "'more': 1, }") },
      `not an array of NumPy: its header is "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'm…"`,
    ],
  ];
  for (const [parts, fault] of refused) {
    it(`refuses: ${fault}`, () => rejects(npyFile(parts), fault));
  }

  it('refuses what does not begin as an array', async () => {
    const fault = 'not an array of NumPy: it does not begin as .npy files do';
    for (const bytes of [Buffer.of(), Buffer.from('\x93NUMPY', 'latin1'), Buffer.from('1,2,3\n4,5,6\n')]) {
      await rejects(bytes, fault);
    }
  });
  it('refuses a header that is longer than the file, or too long', async () => {
    const whole = npyFile({ version: [2, 0] });
    await rejects(whole.subarray(0, 50), 'cut off in its header, after 50 bytes');
    whole.writeUInt32LE(0xffffffff, 8);
    await rejects(whole, 'a header of 4,294,967,295 bytes, more than 10,000');
  });
  it('names the row and the column of a number that is not finite in float32', async () => {
    const data = floats(6, 8);
    for (const [value, fault] of [
      [Number.NaN, 'NaN is not a finite number'],
      [Number.NEGATIVE_INFINITY, '-Infinity is not a finite number'],
      [1e300, '1e+300 is too large for float32'],
    ] as const) {
      data.writeDoubleLE(value, 8 * 4);
      const dictionary = dictionaryOf('(2, 3)', "'<f8'");
      await rejects(npyFile({ dictionary, data }), `row 2, column 2: ${fault}`);
    }
  });
  it('reports a missing file, a folder and a device', async () => {
    await assert.rejects(readNpy(path('none.npy')), new CharrnnError(`${path('none.npy')}: no such file`));
    await assert.rejects(readNpy(folder), new CharrnnError(`${folder}: is not a regular file; give the path of one`));
    if (process.platform === 'win32') return;
    symlinkSync('/dev/null', path('null.npy'));
    await assert.rejects(readNpy(path('null.npy')), /null\.npy: is not a regular file; /);
  });

  it('reads or refuses any mutation of a valid file, in one line', async () => {
    const whole = npyFile();
    const mutations = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(mutations, fc.nat(whole.length), fc.boolean(), async (changes, length, isCut) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          const { count, width, values } = await read(isCut ? bytes.subarray(0, length) : bytes);
          assert.equal(values.length, count * width);
          assert.ok(values.every(Number.isFinite));
        } catch (error) {
          assert.ok(error instanceof CharrnnError, String(error));
          assert.doesNotMatch(error.message, /\n/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('writeNpy', () => {
  const { folder, path, write, remove } = temporaryFolder();
  after(remove);

  it('writes what readNpy reads, in any batches', async () => {
    const rows = fc.integer({ min: 1, max: 9 }).chain((width) => {
      const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: width, maxLength: width });
      return fc.record({
        width: fc.constant(width),
        batches: fc.array(fc.array(row, { maxLength: 5 }), { minLength: 1 }),
      });
    });
    await fc.assert(
      fc.asyncProperty(rows, async ({ width, batches }) => {
        const count = batches.flat().length;
        fc.pre(count > 0);
        const written = batches.map((rows) => ({ count: rows.length, width, values: Float32Array.from(rows.flat()) }));
        const { bytes } = await writeNpy(path('b.npy'), count, written);
        assert.equal(bytes, readFileSync(path('b.npy')).length);
        assert.equal((bytes - 4 * count * width) % 64, 0);
        const read = await readNpy(path('b.npy'));
        assert.deepEqual([read.count, read.width], [count, width]);
        assert.deepEqual([...read.values], batches.flat(2));
      }),
      { numRuns: 50 },
    );
  });

  it('writes the bytes that NumPy writes', async () => {
    // numpy.save('a.npy', numpy.arange(6, dtype='<f4').reshape(2, 3) / 2)
    await writeNpy(path('c.npy'), 2, [{ count: 2, width: 3, values: Float32Array.from(half) }]);
    assert.deepEqual(readFileSync(path('c.npy')), npyFile());
  });

  it('leaves the old file and nothing else when the batches end in an error', async () => {
    write('old.npy', 'old');
    async function* batches() {
      yield { count: 1, width: 2, values: Float32Array.of(1, 2) };
      throw new CharrnnError('cat.jpg: broken');
    }
    await assert.rejects(writeNpy(path('old.npy'), 2, batches()), new CharrnnError('cat.jpg: broken'));
    assert.equal(readFileSync(path('old.npy'), 'utf8'), 'old');
    const rows = [{ count: 1, width: 2, values: Float32Array.of(1, 2) }];
    await assert.rejects(writeNpy(path('old.npy'), 2, rows), /1 rows instead of 2/);
    await assert.rejects(writeNpy(path('old.npy'), 2, [...rows, { ...rows[0], width: 1 }]), /a batch of 1 × 1/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('stops at a full disk', async function () {
    if (process.platform !== 'linux') this.skip();
    let batches = 0;
    async function* endless() {
      for (; batches < 1000; batches++) yield { count: 1, width: 2, values: Float32Array.of(1, 2) };
    }
    await assert.rejects(
      writeNpy('/dev/full', 1000, endless()),
      /^CharrnnError: \/dev\/full: no space left on the disk; /,
    );
    assert.ok(batches < 10, `${batches}`);
  });
});
