import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { CharrnnError } from '../../src/errors.js';
import { temporaryFolder } from '../temporary-folder.js';
import { example, exampleWithoutTraining } from './example.js';

/** A path in a document and the new value there; `undefined` removes it. */
type Change = readonly [path: readonly (string | number)[], value: unknown];

describe('loadCheckpoint', () => {
  let folder: string;
  let remove: () => void;
  let good: Buffer;
  before(async () => {
    ({ folder, remove } = temporaryFolder());
    await saveCheckpoint(join(folder, 'good.json'), example());
    good = await readFile(join(folder, 'good.json'));
  });
  after(() => remove());

  /** The error message for a file with this content, without the path; the checkpoint must not load. */
  async function faultOf(content: string | Uint8Array): Promise<string> {
    const path = join(folder, 'bad.json');
    await writeFile(path, content);
    return faultAt(path);
  }
  async function faultAt(path: string): Promise<string> {
    try {
      await loadCheckpoint(path);
    } catch (error) {
      assert.ok(error instanceof CharrnnError, `not a CharrnnError: ${error instanceof Error ? error.stack : error}`);
      assert.equal(error.exitCode, 1);
      assert.ok(error.message.startsWith(`${path}: `), error.message);
      assert.doesNotMatch(error.message, /[\n\r]/);
      return error.message.slice(path.length + 2);
    }
    assert.fail('it was read');
  }
  /** The good document with these changes. */
  function changed(...changes: Change[]): string {
    const document = JSON.parse(good.toString());
    for (const [path, value] of changes) {
      const last = path.length - 1;
      const owner = path.slice(0, last).reduce((place, key) => place[key], document);
      if (value === undefined) delete owner[path[last]];
      else owner[path[last]] = value;
    }
    return JSON.stringify(document);
  }
  const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');

  it('decodes no more than is requested', async () => {
    const path = join(folder, 'part.json');
    const names = ['moments', 'carried'] as const;
    const [moment, state] = names.map((group) => Object.keys(JSON.parse(good.toString())[group])[0]);
    const broken: Change[] = [[['carried', state, 'data'], '!!!']];
    await writeFile(path, changed(...broken));
    const model = await loadCheckpoint(path, 'model');
    assert.deepEqual([model.training, model.parameters.length > 0], [undefined, true]);
    const record = await loadCheckpoint(path, 'record');
    assert.deepEqual([record.training?.step, record.training?.moments, record.training?.carried], [40, [], []]);
    const learning = await loadCheckpoint(path, 'moments');
    assert.ok(learning.training && learning.training.moments.length > 0);
    assert.match(await faultAt(path), /^carried .*bad base64/);
    await writeFile(path, changed(...broken, [['moments', moment, 'data'], '!!!']));
    await loadCheckpoint(path, 'record');
    await assert.rejects(loadCheckpoint(path, 'moments'), /moments .*bad base64/);
  });

  it('says what is wrong with the path', async () => {
    const noFile = 'no such file; give the path of a checkpoint written by charrnn train';
    assert.equal(await faultAt(join(folder, 'none.json')), noFile);
    assert.equal(await faultAt(folder), 'is a folder, not a file; give the path of a file in it');
    assert.equal(
      await faultAt(join(folder, 'good.json', 'x')),
      'a part of this path is a file, not a folder; give another path',
    );
  });

  it('says what is wrong with a file that is not a checkpoint', async () => {
    assert.equal(await faultOf(''), 'is empty, not a charrnn checkpoint; give the path of one');
    assert.equal(await faultOf('To be, or'), 'is not a charrnn checkpoint (not JSON at byte 0: unexpected T)');
    assert.equal(await faultOf('{"name":"x","data":[1]}'), 'is not a charrnn checkpoint (it has no format)');
    assert.equal(await faultOf('{"format":"gguf"}'), 'is not a charrnn checkpoint (its format is "gguf")');
    assert.equal(
      await faultOf('{"format":"charrnn","version":2,"parameters":{"a":{"data":"?'),
      'written by a newer charrnn (checkpoint version 2; this one reads 1); update charrnn',
    );
    assert.equal(await faultOf('{"format":"charrnn"}'), 'version is missing; this charrnn reads 1');
    assert.equal(await faultOf('{"format":"charrnn","version":"1"}'), 'version is "1"; this charrnn reads 1');
  });

  const smallFaults: [string, Change, string][] = [
    ['a missing member', [['model'], undefined], 'model is missing'],
    ['a wrong type', [['model', 'layers'], '2'], 'model.layers is "2"; it must be a whole number from 1 to 64'],
    ['a fraction', [['model', 'hidden'], 2.5], 'model.hidden is 2.5; it must be a whole number from 1 to 16384'],
    ['an unknown cell', [['model', 'cell'], 'elman'], 'model.cell is "elman"; it must be one of rnn, lstm, gru'],
    [
      'an object instead of a number',
      [['model', 'layers'], {}],
      'model.layers is an object; it must be a whole number from 1 to 64',
    ],
    ['a wrong number of parameters', [['model', 'parameters'], 7], 'model.parameters is 7, but its shape has 169'],
    [
      'more symbols than characters',
      [['model', 'vocabulary'], 5],
      'model.vocabulary is 5, but the vocabulary has 4 symbols',
    ],
    [
      'code points out of order',
      [
        ['vocabulary', 'codePoints'],
        [97, 10, 11],
      ],
      'vocabulary.codePoints[1] is 10 after 97; code points must ascend',
    ],
    [
      'a repeated code point',
      [
        ['vocabulary', 'codePoints'],
        [10, 10, 11],
      ],
      'vocabulary.codePoints[1] is 10 after 10; code points must ascend',
    ],
    [
      'half a surrogate pair',
      [['vocabulary', 'codePoints', 2], 0xd83d],
      'vocabulary.codePoints[2] is 55357, half a surrogate pair',
    ],
    [
      'an invalid code point',
      [['vocabulary', 'codePoints', 2], 0x110000],
      'vocabulary.codePoints.2 is 1114112; it must be a whole number from 0 to 1114111',
    ],
    [
      'an option out of range',
      [['training', 'options', 'batch'], 0],
      'training.options.batch is 0; it must be a whole number from 1 to 65536',
    ],
    [
      'null for an option that cannot be off',
      [['training', 'options', 'dropout'], null],
      'training.options.dropout is null; it must be a number from 0 to 0.95',
    ],
    ['an unknown option', [['training', 'options', 'depth'], 1], 'training.options.depth is unknown to this charrnn'],
    [
      'options of another model',
      [['training', 'options', 'cell'], 'rnn'],
      'training.options.cell is rnn, but model.cell is gru',
    ],
    [
      'a digest of the wrong length',
      [['training', 'corpus', 'sha256'], 'abc'],
      'training.corpus.sha256 is "abc"; it must be 64 hexadecimal digits',
    ],
    ['more steps than the total', [['training', 'step'], 101], 'training.step is 101, but training.totalSteps is 100'],
    [
      'more losses than steps',
      [['training', 'recent', 'count'], 41],
      'training.recent.count is 41, but training.step is 40',
    ],
    [
      'a history beyond the last step',
      [['training', 'step'], 39],
      'training.history[1].step is 40, but training.step is 39',
    ],
    [
      'a history out of order',
      [['training', 'history', 0, 'step'], 40],
      'training.history[1].step is 40 after 40; steps must ascend',
    ],
    [
      'a best loss that is not in the history',
      [['training', 'bestValidationLoss'], 1.6],
      'training.bestValidationLoss is 1.6, but training.history[1].validationLoss is 1.5',
    ],
    [
      'a negative loss',
      [['training', 'history', 1, 'loss'], -1],
      `training.history.1.loss is -1; it must be a number from 0 to ${Number.MAX_VALUE}`,
    ],
    ['moments without training', [['training'], undefined], 'has moments, but training is missing'],
    [
      'line breaks in a name',
      [['parameters', 'a\n\u001b[31m'], {}],
      'parameters has "a\\n\\u001b[31m", which the model does not have',
    ],
  ];
  for (const [title, change, message] of smallFaults) {
    it(`refuses ${title}`, async () => assert.equal(await faultOf(changed(change)), message));
  }

  const parameter = (field: string) => ['parameters', 'layer1.bh', field];
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const arrayFaults: [string, Change, string][] = [
    ['a missing group', [['carried'], undefined], 'carried is missing'],
    ['a missing parameter', [['parameters', 'layer1.bh'], undefined], 'parameters layer1.bh is missing'],
    [
      'a surplus parameter',
      [['parameters', 'layer2.Wx'], {}],
      'parameters has "layer2.Wx", which the model does not have',
    ],
    ['a missing moment', [['moments', 'v.decoder.b'], undefined], 'moments v.decoder.b is missing'],
    ['a list instead of an object', [['carried', 'layer0.h'], [1]], 'carried layer0.h is not an object'],
    [
      'a wrong shape',
      [
        ['parameters', 'layer0.Wx', 'shape'],
        [9, 4],
      ],
      'parameters layer0.Wx has shape (9, 4), but the model needs (4, 9)',
    ],
    ['a shape of texts', [parameter('shape'), ['9']], 'parameters layer1.bh has shape ("9"), but the model needs (9)'],
    [
      'a missing shape',
      [parameter('shape'), undefined],
      'parameters layer1.bh has shape missing, but the model needs (9)',
    ],
    [
      'a wrong dtype',
      [parameter('dtype'), 'float16'],
      'parameters layer1.bh has dtype "float16"; this charrnn reads float32',
    ],
    ['plain numbers as data', [parameter('data'), nine], 'parameters layer1.bh has no base64 data'],
    [
      'too few bytes',
      [parameter('data'), floats(1, 2)],
      'parameters layer1.bh: 8 bytes of data, but its shape needs 36',
    ],
    [
      'too many bytes',
      [parameter('data'), floats(...nine, 10)],
      'parameters layer1.bh: 40 bytes of data, but its shape needs 36',
    ],
    ['bad base64', [parameter('data'), 'AAAA!'], 'parameters layer1.bh: bad base64 after byte 3 of its data'],
    [
      'NaN',
      [parameter('data'), floats(...nine.with(5, Number.NaN))],
      'parameters layer1.bh[5] is NaN; every value must be finite',
    ],
    [
      'infinity',
      [parameter('data'), floats(...nine.with(8, Number.NEGATIVE_INFINITY))],
      'parameters layer1.bh[8] is -Infinity; every value must be finite',
    ],
    [
      'a negative second moment',
      [['moments', 'v.layer1.bh', 'data'], floats(...nine.with(2, -1))],
      'moments v.layer1.bh[2] is -1; a mean of squares is never negative',
    ],
  ];
  for (const [title, change, message] of arrayFaults) {
    it(`refuses ${title} among the arrays`, async () => assert.equal(await faultOf(changed(change)), message));
  }

  it('refuses a repeated parameter', async () => {
    const text = good.toString();
    const line = text.split('\n').find((l) => l.includes('"layer0.b"')) ?? assert.fail();
    const at = text.indexOf(line) + line.length + 5;
    assert.equal(await faultOf(text.replace(line, `${line}\n${line}`)), `repeats the key "layer0.b" at byte ${at}`);
  });

  it('allocates nothing for a large shape that a small file announces', async () => {
    const text = changed(
      [['model', 'hidden'], 16384],
      [['model', 'layers'], 64],
      [['training', 'options', 'hidden'], 16384],
      [['training', 'options', 'layers'], 64],
      [
        ['parameters', 'layer0.Wx', 'shape'],
        [1_000_000, 1_000_000],
      ],
    );
    assert.equal(await faultOf(text), 'parameters layer0.Wx: 144 bytes of data, but its shape needs 4000000000000');
  });

  it('reports every truncation in one line', async () => {
    await saveCheckpoint(join(folder, 'small.json'), exampleWithoutTraining());
    const bytes = await readFile(join(folder, 'small.json'));
    for (let length = 1; length < bytes.length - 1; length++) {
      const message = await faultOf(bytes.subarray(0, length));
      assert.equal(message, `ends at byte ${length}, in the middle of the document; it is truncated, copy it again`);
    }
  });

  it('returns a checkpoint or reports one line for any mutation of bytes', async function () {
    this.timeout(60_000);
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('"{}[],:-0e\\')));
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(3), fc.array(byte, { maxLength: 3 }));
    const path = join(folder, 'mutated.json');
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bytes = good;
        for (const [at, cut, put] of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + cut)]);
        }
        await writeFile(path, bytes);
        try {
          assert.ok((await loadCheckpoint(path)).parameters.length > 0);
          accepted++;
        } catch (error) {
          assert.ok(
            error instanceof CharrnnError,
            `not a CharrnnError: ${error instanceof Error ? error.stack : error}`,
          );
          assert.doesNotMatch(error.message, /\p{Cc}/u);
        }
      }),
      { seed: 5, numRuns: 1500 },
    );
    assert.ok(accepted > 30 && accepted < 1450, `${accepted} of 1,500 are accepted`);
  });

  it('reads any layout: compact, keys in reverse, escaped slashes and plus signs, members of later versions', async () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .map(([key, inner]) => [key, reversed(inner)])
              .reverse(),
          );
    const document = { ...JSON.parse(good.toString()), elsewhere: { 'layer0.Wx': { data: '?'.repeat(100_000) } } };
    const text = JSON.stringify(reversed(document)).replaceAll('/', '\\/').replaceAll('+', '\\u002b');
    assert.ok(text.includes('\\/') && text.includes('\\u002b'), 'the example has both characters');
    const path = join(folder, 'other.json');
    await writeFile(path, text);
    assert.deepEqual(await loadCheckpoint(path), await loadCheckpoint(join(folder, 'good.json')));
  });

  it('uses the default for a missing option', async () => {
    const path = join(folder, 'older.json');
    await writeFile(
      path,
      changed([['training', 'options', 'beta1'], undefined], [['training', 'options', 'steps'], undefined]),
    );
    assert.deepEqual(await loadCheckpoint(path), example());
  });

  it('reads standard input and a named pipe', async function () {
    if (process.platform === 'win32') this.skip();
    const source = `import { loadCheckpoint } from ${JSON.stringify(new URL('../../src/checkpoint/read.js', import.meta.url).href)};
      for (const path of process.argv.slice(1)) {
        await loadCheckpoint(path).then((c) => console.log(c.parameters.length), (e) => console.log(e.message));
      }`;
    const run = async (path: string, input: string) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', source, '--', path]);
      createReadStream(input).pipe(child.stdin);
      let output = '';
      for await (const chunk of child.stdout) output += chunk;
      return output;
    };
    for (const path of ['-', '/dev/stdin']) assert.equal(await run(path, join(folder, 'good.json')), '10\n');
    assert.match(await run('-', '/dev/null'), /^standard input: is empty/);

    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const [checkpoint] = await Promise.all([loadCheckpoint(pipe), writeFile(pipe, good)]);
    assert.deepEqual(checkpoint, example());
    const [empty] = await Promise.allSettled([loadCheckpoint(pipe), writeFile(pipe, '')]);
    assert.match(String(empty.status === 'rejected' && empty.reason), /pipe: is empty/);
  });

  it('recognises a folder that is named like a file', async () => {
    await mkdir(join(folder, 'model.json'));
    assert.match(await faultAt(join(folder, 'model.json')), /^is a folder/);
  });
});
