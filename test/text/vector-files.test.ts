import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { readVectors } from '../../src/text/vector-files.js';
import { temporaryFolder } from '../temporary-folder.js';
import { npyFile } from './npy-file.js';

describe('readVectors', () => {
  const { path, write, remove } = temporaryFolder();
  after(remove);

  const rowsIn = async (name: string, content: string | Uint8Array): Promise<number[][]> => {
    const { count, width, values } = await readVectors(write(name, content));
    assert.ok(values.buffer instanceof SharedArrayBuffer);
    assert.equal(values.length, count * width);
    return Array.from({ length: count }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
  };

  const two = [
    [1, -0.5],
    [0.25, 1000],
  ];
  const sound: readonly (readonly [name: string, content: string])[] = [
    ['a.csv', '1,-0.5\n0.25,1e3\n'],
    ['a.csv', '1, -.5\r\n+.25 ,1000.'],
    ['a.CSV', '\ufeffwidth,height\n1,-0.5\n0.25,1e3\n\n\n'],
    ['a.csv', '"red","green"\n"1","-0.5"\n"0.25","1e3"\n'],
    ['a.csv', '1;-0.5\n0.25;1e3'],
    ['a.tsv', 'red\tgreen\n1\t-0.5\n0.25\t1e3'],
    ['a.tsv', '1,-0.5\n0.25,1e3'],
    ['a.jsonl', '[1,-0.5]\n[0.25,1e3]\n'],
    ['a.ndjson', ' [ 1, -0.5 ] \r\n[0.25,1000]'],
    ['a.json', '[1,-0.5]\n[0.25,1e3]\n'],
  ];
  for (const [name, content] of sound) {
    it(`reads ${JSON.stringify(content)} in ${name}`, async () => assert.deepEqual(await rowsIn(name, content), two));
  }

  it('reads an array of NumPy', async () => {
    assert.deepEqual(await rowsIn('a.npy', npyFile()), [
      [0, 0.5, 1],
      [1.5, 2, 2.5],
    ]);
  });

  it('reads the vectors that were written as text, to the last bit', async () => {
    const rows = fc.integer({ min: 1, max: 5 }).chain((width) => {
      const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: width, maxLength: width });
      return fc.array(row, { minLength: 1, maxLength: 100 });
    });
    const unsigned = (rows: number[][]): number[][] => rows.map((row) => row.map((value) => value + 0));
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        const rows = unsigned(written);
        assert.deepEqual(await rowsIn('a.csv', rows.map((row) => row.join(',')).join('\n')), rows);
        assert.deepEqual(await rowsIn('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')), rows);
      }),
      { numRuns: 30 },
    );
  });

  const finite = 'is not a finite number; write numbers as in -0.5 or 1e-3';
  const list = (line: string): string =>
    `${JSON.stringify(line)} is not a list of finite numbers; write one list per line`;
  const refused: readonly (readonly [name: string, content: string, fault: string])[] = [
    [
      'a.txt',
      '1,2',
      'vectors are read from .npy, .csv, .tsv, .jsonl, .ndjson, .json; rename it, or write one of these',
    ],
    [
      'vectors',
      '1,2',
      'vectors are read from .npy, .csv, .tsv, .jsonl, .ndjson, .json; rename it, or write one of these',
    ],
    ['a.csv', '', 'no vectors in it; one row of numbers for each is needed'],
    ['a.csv', 'red,green\n', 'no vectors in it; one row of numbers for each is needed'],
    ['a.jsonl', '\n\n', 'no vectors in it; one row of numbers for each is needed'],
    ['a.csv', '1,2\n1,x\n', `line 2, column 2: "x" ${finite}`],
    ['a.csv', '1,2\n1,\n', `line 2, column 2: "" ${finite}`],
    ['a.csv', 'red,2\n1,3\n', `line 1, column 1: "red" ${finite}`],
    ['a.csv', 'red\n1\ngreen\n', `line 3, column 1: "green" ${finite}`],
    ['a.csv', 'nan,inf\n1,2\n', `line 1, column 1: "nan" ${finite}`],
    ['a.csv', '0x10,1\n', `line 1, column 1: "0x10" ${finite}`],
    ['a.csv', '0,5;1,5\n', `no vectors in it; one row of numbers for each is needed`],
    ['a.csv', 'a;b\n0,5;1,5\n', `line 2, column 1: "0,5" ${finite}`],
    ['a.csv', '1,2\n3\n', 'row 2 (line 2): 1 number, the first row has 2; make all rows alike'],
    ['a.csv', 'a,b\n1,2\n3,4,5\n', 'row 2 (line 3): 3 numbers, the first row has 2; make all rows alike'],
    ['a.csv', '1,2\n\n3,4\n', 'line 2 is blank; remove it'],
    ['a.csv', 'a,b\n1,2\n3,1e39\n', 'row 2 (line 3), column 2: 1e+39 is too large for float32'],
    ['a.csv', '1e999\n', 'row 1 (line 1), column 1: Infinity is not a finite number'],
    ['a.jsonl', '[]\n', 'row 1 (line 1): 0 numbers, at least one is needed; make all rows alike'],
    ['a.jsonl', '[1]\n[NaN]\n', `line 2: ${list('[NaN]')}`],
    ['a.jsonl', '[1]\n[null]\n', `line 2: ${list('[null]')}`],
    ['a.jsonl', '[1]\n{"a": 1}\n', `line 2: ${list('{"a": 1}')}`],
    ['a.json', '[[1,2],[3,4]]', `line 1: ${list('[[1,2],[3,4]]')}`],
    ['a.json', '[\n1,\n2\n]', `line 1: ${list('[')}`],
  ];
  for (const [name, content, fault] of refused) {
    it(`refuses ${JSON.stringify(content)} in ${name}`, () =>
      assert.rejects(readVectors(write(name, content)), (error) => {
        assert.ok(error instanceof CharrnnError, String(error));
        assert.ok(error.message.startsWith(`${path(name)}: ${fault}`), error.message);
        return true;
      }));
  }

  it('reads or refuses any text in one line', async () => {
    const characters = fc.constantFrom(...'0123456789.,;\t\n\r"[]{}-+eE x\0\x9b'.split(''));
    const text = fc.array(characters, { maxLength: 30 }).map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('b.csv', 'b.tsv', 'b.jsonl'), async (content, name) => {
        try {
          await rowsIn(name, content);
        } catch (error) {
          assert.ok(error instanceof CharrnnError, String(error));
          assert.doesNotMatch(error.message, /[\n\x9b]/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reports a missing file', async () => {
    for (const name of ['none.csv', 'none.npy', 'none.json']) {
      await assert.rejects(readVectors(path(name)), new CharrnnError(`${path(name)}: no such file`));
    }
  });
});
