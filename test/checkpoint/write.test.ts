import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { requiredArrays } from '../../src/checkpoint/arrays.js';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { checkpointBytes, saveCheckpoint } from '../../src/checkpoint/write.js';
import { CharrnnError } from '../../src/errors.js';
import { formatBytes } from '../../src/format.js';
import type { TensorShape } from '../../src/kernels/kernels.js';
import { cells, optimizers } from '../../src/options/training-options.js';
import { temporaryFolder } from '../temporary-folder.js';
import { bits, example, exampleConfig, exampleWithoutTraining } from './example.js';

/** The address of a module, for the source of another process. */
const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);

/** A checkpoint with its numbers in hexadecimal, so that -0 is not 0. */
function exact(checkpoint: Checkpoint) {
  const hex = (arrays: Checkpoint['parameters']) => arrays.map((a) => ({ ...a, values: bits(a.values) }));
  const { training } = checkpoint;
  return {
    ...checkpoint,
    parameters: hex(checkpoint.parameters),
    training: training && { ...training, moments: hex(training.moments), carried: hex(training.carried) },
  };
}

describe('saveCheckpoint', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  const faultOf = async (path: string, checkpoint = example()): Promise<string> => {
    try {
      await saveCheckpoint(path, checkpoint);
    } catch (error) {
      assert.ok(error instanceof CharrnnError, `not a CharrnnError: ${error instanceof Error ? error.stack : error}`);
      assert.ok(error.message.startsWith(`${path}: `), error.message);
      assert.doesNotMatch(error.message, /\n/);
      return error.message.slice(path.length + 2);
    }
    assert.fail('it was written');
  };

  it('keeps every bit of every cell, shape and optimizer, and writes the same checkpoint to the same bytes', async () => {
    const size = fc.integer({ min: 1, max: 4 });
    const shape = fc.record(
      { cell: fc.constantFrom(...cells), layers: size, hidden: size, vocabulary: size },
      { noNullPrototype: true },
    );
    const finite = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(-0, 1.401298464324817e-45, -1.1754942106924411e-38, 3.4028234663852886e38),
    );
    const [first, second] = [join(folder, 'first.json'), join(folder, 'second.json')];
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.constantFrom(...optimizers),
        fc.array(finite, { minLength: 1 }),
        async (model, rule, pool) => {
          const checkpoint = example(model, rule, (i, name) => {
            const value = pool[i % pool.length];
            return name.startsWith('v.') ? Math.abs(value) : value;
          });
          await saveCheckpoint(first, checkpoint);
          const read = await loadCheckpoint(first);
          assert.deepEqual(exact(read), exact(checkpoint));
          await saveCheckpoint(second, read);
          assert.ok((await readFile(first)).equals(await readFile(second)));
        },
      ),
      { seed: 6, numRuns: 60 },
    );
  });

  it('keeps arrays that are written in many pieces', async () => {
    const path = join(folder, 'model.json');
    const checkpoint = example({ cell: 'lstm', layers: 1, hidden: 101, vocabulary: 1003 });
    const { bytes } = await saveCheckpoint(path, checkpoint);
    assert.equal(bytes, (await stat(path)).size);
    assert.ok(bytes > 8_000_000);
    assert.deepEqual(exact(await loadCheckpoint(path)), exact(checkpoint));
  });

  it('writes the documented structure, with the readable parts first', async () => {
    const path = join(folder, 'model.json');
    await saveCheckpoint(path, example());
    const text = await readFile(path, 'utf8');
    const document = JSON.parse(text);
    assert.deepEqual(Object.keys(document), [
      'format',
      'version',
      'model',
      'vocabulary',
      'training',
      'parameters',
      'moments',
      'carried',
    ]);
    assert.equal(document.format, 'charrnn');
    assert.equal(document.version, 1);
    assert.deepEqual(document.model, { cell: 'gru', layers: 2, hidden: 3, vocabulary: 4, parameters: 169 });
    assert.deepEqual(document.vocabulary, { unknown: true, codePoints: [10, 97, 0x1f602] });
    const { options, ...training } = document.training;
    assert.equal(options['learning-rate'], 0.01);
    assert.equal(options.minutes, null);
    assert.equal(options.encoding, 'utf8');
    assert.deepEqual(training, {
      corpus: { sha256: '0123456789abcdef'.repeat(4), characters: 1234 },
      totalSteps: 100,
      step: 40,
      bestValidationLoss: 1.5,
      recent: { sum: 3.25, count: 2 },
      seconds: null,
      history: [
        { step: 20, epoch: 0.5, loss: 2.1, validationLoss: null },
        { step: 40, epoch: 1, loss: 1.7, validationLoss: 1.5 },
      ],
    });
    assert.deepEqual(Object.keys(document.parameters['layer0.Wx']), ['shape', 'dtype', 'data']);
    assert.deepEqual(document.parameters['layer0.Wx'].shape, [4, 9]);
    assert.equal(Buffer.from(document.parameters['layer0.Wx'].data, 'base64').readFloatLE(4), Math.fround(Math.cos(1)));
    assert.deepEqual(Object.keys(document.carried), ['layer0.h', 'layer1.h']);
    assert.deepEqual(document.carried['layer0.h'].shape, [5, 3]);
    assert.ok(text.startsWith('{\n  "format": "charrnn",\n  "version": 1,\n  "model": {\n    "cell": "gru",\n'), text);
    assert.match(text, /^ {4}"codePoints": \[10,97,128514\]$/m);
    assert.match(text, /^ {6}\{"step":20,"epoch":0.5,"loss":2.1,"validationLoss":null\},$/m);
    assert.match(text, /^ {4}"decoder.b": \{"shape":\[4\],"dtype":"float32","data":"[\w+/=]+"\}$/m);
    assert.ok(text.endsWith('"}\n  }\n}\n'));
  });

  it('writes the same bytes in whatever order the arrays are', async () => {
    const { training, ...rest } = example();
    assert.ok(training);
    const moments = training.moments.toReversed();
    const shuffled = { ...rest, parameters: rest.parameters.toReversed(), training: { ...training, moments } };
    await saveCheckpoint(join(folder, 'a'), example());
    await saveCheckpoint(join(folder, 'b'), shuffled);
    assert.ok((await readFile(join(folder, 'a'))).equals(await readFile(join(folder, 'b'))));
  });

  it('leaves out training if there is none', async () => {
    const path = join(folder, 'model.json');
    await saveCheckpoint(path, exampleWithoutTraining());
    const document = JSON.parse(await readFile(path, 'utf8'));
    assert.deepEqual(Object.keys(document), ['format', 'version', 'model', 'vocabulary', 'parameters']);
    assert.deepEqual(await loadCheckpoint(path), exampleWithoutTraining());
  });

  it('creates the folder, leaves no other file there and keeps the mode of the old file', async () => {
    const path = join(folder, 'new', 'deep', 'model.json');
    await saveCheckpoint(path, example());
    await chmod(path, 0o640);
    await saveCheckpoint(path, exampleWithoutTraining());
    assert.deepEqual(await readdir(join(folder, 'new', 'deep')), ['model.json']);
    if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o640);
    assert.equal((await loadCheckpoint(path)).training, undefined);
  });

  it('keeps a link and replaces or creates its target', async function () {
    if (process.platform === 'win32') this.skip();
    await mkdir(join(folder, 'runs'));
    await symlink('runs/1.json', join(folder, 'latest'));
    await symlink('latest', join(folder, 'model.json'));
    for (const checkpoint of [example(), exampleWithoutTraining()]) {
      await saveCheckpoint(join(folder, 'model.json'), checkpoint);
      assert.ok((await lstat(join(folder, 'model.json'))).isSymbolicLink());
      assert.equal(await readlink(join(folder, 'latest')), 'runs/1.json');
      assert.deepEqual(await loadCheckpoint(join(folder, 'runs', '1.json')), checkpoint);
    }
    assert.deepEqual(await readdir(join(folder, 'runs')), ['1.json']);
    await symlink('circle', join(folder, 'circle'));
    assert.equal(await faultOf(join(folder, 'circle')), 'symbolic links form a loop; give another path');
  });

  it('writes directly to a named pipe and to /dev/stdout', async function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const [received] = await Promise.all([readFile(pipe, 'utf8'), saveCheckpoint(pipe, example())]);
    assert.equal(JSON.parse(received).format, 'charrnn');
    assert.ok((await stat(pipe)).isFIFO());

    const source = `import { saveCheckpoint } from ${module('../../src/checkpoint/write.js')};
      import { example } from ${module('./example.js')};
      await saveCheckpoint('/dev/stdout', example());`;
    const script = '"$0" --input-type=module -e "$1" | cat; "$0" --input-type=module -e "$1" > "$2"';
    const arguments_ = ['-c', script, process.execPath, source, join(folder, 'out.json')];
    const { stdout } = await promisify(execFile)('sh', arguments_);
    assert.equal(stdout, received);
    assert.equal(await readFile(join(folder, 'out.json'), 'utf8'), received);
  });

  it('says in one line why it cannot write', async () => {
    await writeFile(join(folder, 'file'), 'whole');
    const underFile = 'a part of this path is a file, not a folder; give another path';
    const isFolder = 'is a folder, not a file; give the path of a file in it';
    assert.equal(await faultOf(join(folder, 'file', 'model.json')), underFile);
    assert.equal(await faultOf(join(folder, 'file', 'deep', 'model.json')), underFile);
    assert.equal(await faultOf(folder), isFolder);
    assert.equal(await faultOf(`${join(folder, 'new')}/`), isFolder);
    assert.match(await faultOf(join(folder, 'x'.repeat(300))), /^the name is too long/);
    assert.deepEqual(await readdir(folder), ['file']);
    if (existsSync('/dev/full')) {
      const { bytes } = await saveCheckpoint(join(folder, 'model.json'), example());
      const full = `no space left on the disk (needs ${formatBytes(bytes)}); make room, or give a path on another disk`;
      assert.equal(await faultOf('/dev/full'), full);
    }
  });

  describe('when writing fails half-way', () => {
    // Saves a small checkpoint, tries to save one of 9 MB over it, and prints what is there then.
    const source = `import { readdir } from 'node:fs/promises';
      import { loadCheckpoint } from ${module('../../src/checkpoint/read.js')};
      import { saveCheckpoint } from ${module('../../src/checkpoint/write.js')};
      import { example } from ${module('./example.js')};
      const folder = process.argv[1];
      await saveCheckpoint(folder + '/model.json', example());
      const large = example({ cell: 'lstm', layers: 1, hidden: 101, vocabulary: 1003 });
      await saveCheckpoint(folder + '/model.json', large).then(() => console.log('saved'), (e) => console.log(e.message));
      const { hidden } = (await loadCheckpoint(folder + '/model.json')).model;
      console.log(hidden, ...(await readdir(folder)));`;
    const node = '"$0" --input-type=module -e "$1" -- "$2"';
    const shell = (script: string) =>
      promisify(execFile)('sh', ['-c', script, process.execPath, source, folder]).then(({ stdout }) => stdout);
    const kept = (reason: string) => `${folder}/model.json: ${reason}; give a path on another disk\n3 model.json\n`;

    it('at a limit on the size of files, leaves the old file intact and no other', async function () {
      if (process.platform === 'win32') this.skip();
      const reason = 'the file is larger than its file system or ulimit -f allows (needs 8.8 MB)';
      assert.equal(await shell(`ulimit -f 2048; ${node}`), kept(reason));
    });

    it('on a full disk, leaves the old file intact and no other', async function () {
      // A small disk for this test, if the system lets users mount one.
      const mount = 'mount -t tmpfs -o size=1m none "$2"';
      const inNamespace = (script: string) => shell(`unshare -rm sh -c '${script}' "$0" "$1" "$2"`);
      if (
        !(await inNamespace(mount).then(
          () => true,
          () => false,
        ))
      )
        this.skip();
      const reason = 'no space left on the disk (needs 8.8 MB); make room, or give a path on another disk';
      assert.equal(await inNamespace(`${mount} && ${node}`), `${folder}/model.json: ${reason}\n3 model.json\n`);
    });
  });

  it('leaves nothing behind when the process exits during a save', async () => {
    const source = `import { readdirSync } from 'node:fs';
      import { saveCheckpoint } from ${module('../../src/checkpoint/write.js')};
      import { example } from ${module('./example.js')};
      saveCheckpoint(process.argv[1] + '/model.json', example({ cell: 'lstm', layers: 1, hidden: 101, vocabulary: 1003 }));
      const look = () => {
        const files = readdirSync(process.argv[1]);
        if (files.length === 0) return setImmediate(look);
        console.log(...files);
        process.exit();
      };
      look();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source, '--', folder]);
    assert.match(stdout, /^\.model\.json\.\d+\.\d+\.tmp$/m);
    assert.deepEqual(await readdir(folder), []);
  });

  it('refuses a checkpoint that could not be read back, and keeps the old one', async () => {
    const path = join(folder, 'model.json');
    await saveCheckpoint(path, example());
    const old = await readFile(path);
    const spoilt = example(undefined, undefined, (i) => (i === 3 ? Number.POSITIVE_INFINITY : 0));
    assert.equal(await faultOf(path, spoilt), 'parameters layer0.Wx[3] is Infinity; every value must be finite');
    assert.ok(old.equals(await readFile(path)));
  });

  it('shows a reader the old file or the new one, never half of one', async () => {
    const path = join(folder, 'model.json');
    const large = { cell: 'lstm', layers: 1, hidden: 61, vocabulary: 503 } as const;
    await saveCheckpoint(path, example(large));
    let saving = true;
    const writer = (async () => {
      for (let i = 0; i < 10; i++) await saveCheckpoint(path, i % 2 === 0 ? exampleWithoutTraining() : example(large));
    })().finally(() => {
      saving = false;
    });
    const hidden = new Set<number>();
    while (saving) hidden.add((await loadCheckpoint(path)).model.hidden);
    await writer;
    assert.deepEqual([...hidden].toSorted(), [3, 61]);
  });

  it('allows two simultaneous saves to one path', async () => {
    const path = join(folder, 'model.json');
    await Promise.all([saveCheckpoint(path, example()), saveCheckpoint(path, example())]);
    assert.deepEqual(await loadCheckpoint(path), example());
    assert.deepEqual(await readdir(folder), ['model.json']);
  });
});

const zeros = ({ name, shape }: TensorShape) => ({
  name,
  shape,
  values: new Float32Array(shape.reduce((size, length) => size * length, 1)),
});

describe('checkpointBytes', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  for (const [cell, optimizer, hidden, layers] of [
    [cells[0], optimizers[0], 3, 1],
    [cells[1], optimizers[3], 40, 2],
    [cells[2], optimizers[1], 20, 9],
  ] as const) {
    it(`estimates the size of the file to within 1 kB (${cell}, ${optimizer})`, async () => {
      const codePoints = Array.from({ length: 70 }, (_, i) => 32 + i);
      const model = { cell, layers, hidden, vocabulary: 70 };
      const config = exampleConfig({ cell, layers, hidden, optimizer, batch: 4 });
      const { parameters, latest, moments, carried } = requiredArrays(model, config);
      const { bytes } = await saveCheckpoint(join(folder, 'model.json'), {
        model,
        vocabulary: { unknown: false, codePoints },
        parameters: parameters.map(zeros),
        training: {
          config,
          corpus: { sha256: '0'.repeat(64), characters: 1000 },
          totalSteps: 10,
          step: 10,
          bestValidationLoss: null,
          history: [{ step: 10, epoch: 1.5, loss: 2.123456789012345, validationLoss: null }],
          recent: { sum: 0, count: 0 },
          seconds: null,
          latest: latest.map(zeros),
          moments: moments.map(zeros),
          carried: carried.map(zeros),
        },
      });
      const estimate = checkpointBytes(model, codePoints, config);
      assert.ok(Math.abs(estimate - bytes) < 1000, `${estimate} for ${bytes}`);
    });
  }
});
