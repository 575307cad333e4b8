// The bytes of the first edition, version 0.1.0.
//
// The program promises the same bytes for the same text, options and seed. This file records what its first edition
// produced and holds every later edition to it: a difference in the last bit of one weight is a failure.
//
// All constants, and the checkpoints in test/first-edition/, were created by the first edition, with the commands that
// the tests below run, on a machine with two cores. A checkpoint `<name>.json` is the copy that `--save-every` kept of
// step `at`, or, for ended.json, what `train` wrote at its end. Do not create them again with a later edition: they
// would then prove nothing.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { end, run, start } from './cli/program.js';
import { temporaryFolder } from './temporary-folder.js';

const root = new URL('../../', import.meta.url);
const fables = fileURLToPath(new URL('corpora/stories/fables.txt', root));
const kept = (name: string): string => fileURLToPath(new URL(`test/first-edition/${name}.json`, root));

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The SHA-256 of all that training computes (arrays, history and step), independent of the file format. */
function numbersOf(json: string): string {
  const document = JSON.parse(json);
  const lines: string[] = [];
  for (const group of ['parameters', 'latest', 'best', 'average', 'moments', 'carried']) {
    for (const name of Object.keys(document[group] ?? {}).sort()) {
      lines.push(`${group} ${name} ${document[group][name].data}`);
    }
  }
  for (const { step, epoch, loss, validationLoss } of document.training.history) {
    lines.push([step, epoch, loss, validationLoss].join(' '));
  }
  lines.push(String(document.training.step));
  return sha256(lines.join('\n'));
}

interface Digests {
  readonly numbers: string;
  readonly file: string;
}

/** Compares the numbers first, so that a failure shows whether the arithmetic has changed or only the file format. */
function assertSame(path: string, { numbers, file }: Digests, what: string): void {
  const json = readFileSync(path, 'utf8');
  assert.equal(numbersOf(json), numbers, `${what}: the numbers differ`);
  assert.equal(sha256(json), file, `${what}: the numbers are the same, but the bytes differ`);
}

/** The standard output of a command, which must succeed with an empty standard error. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  assert.deepEqual([code, stderr], [0, ''], args.join(' '));
  return stdout;
}

const train = (corpus: string, options: readonly string[], to: string): Promise<string> =>
  output('train', corpus, '-o', to, '--quiet', ...options);

/** Splits a command line whose options contain no spaces. */
const words = (line: string): string[] => line.split(' ').filter(Boolean);

interface Run extends Digests {
  readonly guards: string;
  readonly corpus: 'fables' | 'umlauts' | 'signs';
  readonly options: string;
}

const RUNS: readonly Run[] = [
  {
    guards: 'rnn: sgd with momentum, step schedule, free dropout, both clips, no validation',
    corpus: 'fables',
    options:
      '--steps 40 --cell rnn --layers 2 --hidden 13 --batch 7 --sequence 11 --dropout 0.3 --dropout-mask free ' +
      '--weight-drop 0 --optimizer sgd --momentum 0.85 --learning-rate 0.3 --schedule step --decay-factor 0.7 ' +
      '--decay-every 0.1 --clip-norm 0.8 --clip-value 0.05 --validation 0 --seed 2',
    numbers: 'a543571c74bce75c576ddcde56b2203d1ce1c15173854edd6bb23bf1091b2506',
    file: 'b6c974d79512158c1b54dccf281943e108ef3bdfda3c0d489a04e42603c35edf',
  },
  {
    guards: 'rnn: adagrad, latin1, warm-up, no clip, validation',
    corpus: 'umlauts',
    options:
      '--steps 30 --cell rnn --layers 1 --hidden 16 --batch 4 --sequence 16 --dropout 0 --weight-drop 0.2 ' +
      '--optimizer adagrad --epsilon 1e-7 --learning-rate 0.05 --schedule constant --warm-up 9 --clip-norm 0 ' +
      '--encoding latin1 --validation 0.25 --validate-every 8 --seed 3',
    numbers: '999c2eca28f3560d15b153e8e413ceb586b986139c57d88daa3185c0b71ca976',
    file: 'bbe101dfbe1b46169a1cf59b13d8301f8a9a8d39bde9bff1beeadf5d9d916c43',
  },
  {
    guards: 'lstm: adam, constant rate, sizes beyond one tile of every kernel',
    corpus: 'fables',
    options:
      '--steps 6 --cell lstm --layers 2 --hidden 70 --batch 33 --sequence 19 --dropout 0 --weight-drop 0 ' +
      '--optimizer adam --beta1 0.8 --beta2 0.99 --learning-rate 0.01 --schedule constant --validate-every 4 --seed 4',
    numbers: '46ee88847c917eb9cab1032b42ea150fbd70323d49ba3d8cf02c6a03ca512acc',
    file: '007e5e60d38f94a28333a9c19184ddbe265693aec11f5b10089d6dcf7fee8b8d',
  },
  {
    guards: 'lstm: three layers, adamw, cosine with warm-up, locked dropout, weight-drop, ema, clip by norm',
    corpus: 'fables',
    options:
      '--steps 30 --cell lstm --layers 3 --hidden 12 --batch 6 --sequence 20 --dropout 0.25 --dropout-mask locked ' +
      '--weight-drop 0.3 --optimizer adamw --weight-decay 0.05 --learning-rate 0.02 --schedule cosine --warm-up 5 ' +
      '--final-learning-rate 0.1 --clip-norm 0.5 --ema 0.9 --min-count 5 --validate-every 9 --seed 5',
    numbers: 'd2b68c52ef9274ee650a148292667f81e000df22014e8344964fad31d4729c87',
    file: 'bb3ffdb00062444aaf94f1f9cbfd7189ef66c36af780f1c5b5a30ac110f4871a',
  },
  {
    guards: 'gru: rmsprop, step schedule, free dropout, weight-drop, ema, rare characters beyond 16 bits',
    corpus: 'signs',
    options:
      '--steps 30 --cell gru --layers 2 --hidden 9 --batch 5 --sequence 13 --dropout 0.2 --dropout-mask free ' +
      '--weight-drop 0.25 --optimizer rmsprop --alpha 0.9 --epsilon 1e-6 --learning-rate 0.01 --schedule step ' +
      '--decay-every 0.5 --clip-value 0.02 --ema 0.8 --min-count 3 --validate-every 7 --seed 4294967295',
    numbers: '837625031e58bf090a11bf796a6400b12aaaa372b5bd4f07353b97d71999536f',
    file: '24e8032405db9f0ee9ab70e87883d93b2928361b7443483375e9a5d12376eeaf',
  },
  {
    guards: 'gru: sgd without momentum, cosine by epochs, patience that ends the run early',
    corpus: 'fables',
    options:
      '--epochs 2 --cell gru --layers 1 --hidden 20 --batch 8 --sequence 25 --dropout 0.1 --weight-drop 0 ' +
      '--optimizer sgd --momentum 0 --learning-rate 2 --schedule cosine --clip-norm 5 --validation 0.1 ' +
      '--validate-every 2 --patience 2 --seed 0',
    numbers: 'db9786ac36a04e2e9e84477bc5311e08ee6f968a4b1d11ed09000e475708cc20',
    file: '7a64b8724ce4caf7dd6b370daf2ad1618c02e665262c6bacc36c10f862b8fdd4',
  },
  {
    guards: 'the options chosen for a text and a preset',
    corpus: 'fables',
    options: '--preset tiny --steps 2',
    numbers: '8abbe9eef209954de68c6ffc8e88fa5953ebd9acb363694a590ea9f3680098ec',
    file: 'bf695582dc9fdb754682dcc2c2c8d482dfb6186fefcb30df19ba9d0091affa6d',
  },
];

interface Fixture {
  readonly name: string;
  readonly guards: string;
  readonly options: string;
  /** The step after which it was saved. */
  readonly at: number;
  /** Further options that `train --resume` needs to reach the end. */
  readonly more: string;
  readonly facts: object;
  readonly sampled: string;
  readonly split: string;
  /** Of `eval`, and of `eval --dynamic` except with sgd, which keeps no second moments. */
  readonly nats: readonly [number] | readonly [number, number];
  /** Of the checkpoint at the end of the run. */
  readonly end: Digests;
}

const FIXTURES: readonly Fixture[] = [
  {
    name: 'rnn',
    guards: 'dropout, sgd with momentum, clip by value',
    options:
      '--steps 120 --cell rnn --layers 2 --hidden 12 --batch 6 --sequence 15 --dropout 0.2 --dropout-mask free ' +
      '--weight-drop 0 --optimizer sgd --momentum 0.8 --learning-rate 0.3 --schedule step --decay-every 0.4 ' +
      '--decay-factor 0.7 --clip-value 0.1 --clip-norm 0 --validate-every 40 --seed 3',
    at: 50,
    more: '',
    facts: {
      cell: 'rnn',
      layers: 2,
      hidden: 12,
      vocabulary: 59,
      parameters: 1931,
      unknown: false,
      shapes: '59×12 12×12 12 12×12 12×12 12 12×59 59',
      step: 50,
      totalSteps: 120,
      epoch: 0.45045045045045046,
      best: { step: 40, epoch: 0.36036036036036034, loss: 2.8107333456073795, bitsPerCharacter: 4.0550310589690115 },
      command:
        'train CORPUS --cell rnn --hidden 12 --dropout 0.2 --dropout-mask free --batch 6 --sequence 15 --steps 120 --optimizer sgd --learning-rate 0.3 --momentum 0.8 --clip-norm 0 --clip-value 0.1 --schedule step --decay-factor 0.7 --decay-every 0.4 --validate-every 40 --seed 3',
    },
    sampled: '- t:e da w at uo lef \nthrie\n,ea "h .o  d  atr dre fpdern sho qntdet\nt ann a tINidenswnBre avhtbtanwe',
    split: 'validation',
    nats: [2.8107333456073795],
    end: {
      numbers: '877a01b734a7b8b2acca8e92eb039f5dd81e03db893329822e2922b174e0db02',
      file: '15c082171a09b84264b402c1635ef85e361cea578ae7016963ac40d19a548bce',
    },
  },
  {
    name: 'lstm',
    guards: 'dropout, weight-drop, ema, adamw, cosine, an unknown symbol',
    options:
      '--epochs 1.2 --cell lstm --layers 1 --hidden 8 --batch 8 --sequence 20 --dropout 0.2 --weight-drop 0.3 ' +
      '--optimizer adamw --weight-decay 0.02 --learning-rate 0.02 --schedule cosine --warm-up 5 ' +
      '--final-learning-rate 0.1 --clip-norm 1 --ema 0.9 --min-count 150 --validate-every 13 --seed 7',
    at: 31,
    more: '',
    facts: {
      cell: 'lstm',
      layers: 1,
      hidden: 8,
      vocabulary: 20,
      parameters: 1108,
      unknown: true,
      shapes: '20×32 8×32 32 8×20 20',
      step: 31,
      totalSteps: 74,
      epoch: 0.5,
      best: { step: 26, epoch: 0.41935483870967744, loss: 2.6484241863628766, bitsPerCharacter: 3.82086843983611 },
      command:
        'train CORPUS --layers 1 --hidden 8 --dropout 0.2 --weight-drop 0.3 --batch 8 --sequence 20 --epochs 1.2 --optimizer adamw --learning-rate 0.02 --weight-decay 0.02 --clip-norm 1 --ema 0.9 --warm-up 5 --final-learning-rate 0.1 --validate-every 13 --seed 7 --min-count 150',
    },
    sampled:
      ' \uFFFDs d\uFFFDd \nt\n uasr\ng h \uFFFDsesoe\uFFFD e, \ne\n s \uFFFDa\uFFFD\uFFFD ts ati erdeor oes nns.ht\uFFFDr\uFFFDaln  \uFFFDs. neilsto oe  whtgsanwl',
    split: 'validation',
    nats: [2.6484241863628766, 2.6321772654851276],
    end: {
      numbers: 'c01813da8f4822b2fdcd35f7ef2a56858bb3e4d8e6186a336ddbe7001ab2a512',
      file: '0a8849e8309586b3df37d48674f065f141128df50afbad5946f54484df9cc5da',
    },
  },
  {
    name: 'gru',
    guards: 'two layers, rmsprop, no validation, the largest seed',
    options:
      '--epochs 1.2 --cell gru --layers 2 --hidden 8 --batch 5 --sequence 24 --dropout 0.1 --weight-drop 0.1 ' +
      '--optimizer rmsprop --alpha 0.9 --epsilon 1e-6 --learning-rate 0.01 --schedule constant --min-count 20 ' +
      '--validation 0 --seed 4294967295',
    at: 40,
    more: '',
    facts: {
      cell: 'gru',
      layers: 2,
      hidden: 8,
      vocabulary: 34,
      parameters: 1794,
      unknown: true,
      shapes: '34×24 8×24 24 24 8×24 8×24 24 24 8×34 34',
      step: 40,
      totalSteps: 110,
      epoch: 0.43478260869565216,
      best: null,
      command:
        'train CORPUS --cell gru --hidden 8 --dropout 0.1 --weight-drop 0.1 --batch 5 --sequence 24 --epochs 1.2 --optimizer rmsprop --alpha 0.9 --epsilon 0.000001 --schedule constant --validation 0 --seed 4294967295 --min-count 20',
    },
    sampled:
      '" s e da"t aw.ro k.e \ntetng\n ed  g  s  c   us dsh esehpo,ies llrakt\uFFFDs annT  t anemnsuraoe Twhsercnwl',
    split: 'all',
    nats: [2.9243750721766455, 2.904099916838466],
    end: {
      numbers: 'aba4835515a8b79be715922e54fe8816b1fba1faa299aac5074db616fcf2c339',
      file: 'd4361a0880b70b6073dc510a301a6d0f9db154566b4a5a3bfee8ec49c9093459',
    },
  },
  {
    name: 'ended',
    guards: 'adam, a finished run that is extended, whose best validation was the unscheduled one at its end',
    options:
      '--steps 50 --cell rnn --layers 1 --hidden 8 --batch 4 --sequence 10 --dropout 0 --weight-drop 0 ' +
      '--optimizer adam --beta1 0.8 --beta2 0.99 --learning-rate 0.01 --schedule constant --min-count 30 ' +
      '--validate-every 20 --seed 11',
    at: 50,
    more: '--steps 90',
    facts: {
      cell: 'rnn',
      layers: 1,
      hidden: 8,
      vocabulary: 31,
      parameters: 599,
      unknown: true,
      shapes: '31×8 8×8 8 8×31 31',
      step: 50,
      totalSteps: 50,
      epoch: 0.20080321285140562,
      best: { step: 50, epoch: 0.20080321285140562, loss: 2.8804673362422633, bitsPerCharacter: 4.155635941439356 },
      command:
        'train CORPUS --cell rnn --layers 1 --hidden 8 --batch 4 --sequence 10 --steps 50 --beta1 0.8 --beta2 0.99 --schedule constant --validate-every 20 --seed 11 --min-count 30',
    },
    sampled:
      '" tIe db u,avatn kee \uFFFDteroa\uFFFD,caa.e Sta c \nSur..nd hreersanasTnglaht\uFFFDr\nTomaa,rSToImmtupana"awetgrenwk',
    split: 'validation',
    nats: [2.8804673362422633, 2.872973516986177],
    end: {
      numbers: '627b5a8d0e3847a3117be6d32bc5ffedb6a4dbf78b4e27836c08645db06e8805',
      file: '945a7b83cd79176867e5e89b191993f022c6ffd34ad38de177e3eb8afb1bbab7',
    },
  },
];

describe('the bytes of the first edition', () => {
  const { path, remove } = temporaryFolder();
  const corpora = { fables, umlauts: path('umlauts.txt'), signs: path('signs.txt') };
  before(() => {
    const german = ['früh', 'Öl', 'groß', 'die', 'Mühle', 'an', 'der', 'Straße', 'süß,', 'so', 'mahlt.\n'];
    const umlauts = Array.from({ length: 600 }, (_, i) => german[(i * i + (i >> 3)) % german.length]);
    writeFileSync(corpora.umlauts, umlauts.join(' '), 'latin1');
    const signs = Array.from({ length: 1500 }, (_, i) => (i % 97 === 5 ? 0x1f600 + (i % 5) : 0x3b1 + ((i * i) % 23)));
    writeFileSync(corpora.signs, `${String.fromCodePoint(...signs)}一丁`);
  });
  after(remove);

  it('come from unchanged texts', () => {
    assert.deepEqual(
      Object.values(corpora).map((name) => sha256(readFileSync(name))),
      [
        '1baced7797307a3ed0d4dd4d36297f9e70ddbcd586c57c48af3a31dc20943ff7',
        'cca6999bdfd13f1a83a5e15b88450550dd23b3425aaec5944d1a2f6cc534baf0',
        '46ae0b0ace7566e979912166bfa473c3b7e6f8a2b6f8f4cee1c8340172f54c04',
      ],
    );
  });

  describe('are what train writes, with one thread and with two', () => {
    for (const { guards, corpus, options, ...digests } of RUNS) {
      it(guards, async () => {
        const to = ['1', '2'].map((threads) => path(`run-${threads}.json`));
        await Promise.all(to.map((file, i) => train(corpora[corpus], words(`${options} --threads ${i + 1}`), file)));
        to.forEach((file, i) => {
          assertSame(file, digests, `--threads ${i + 1}`);
        });
      });
    }

    it('--init-from --extend-vocabulary: a new run with the weights of a checkpoint', async () => {
      const to = path('extended.json');
      const options = '--steps 12 --batch 6 --sequence 15 --dropout 0.1 --weight-drop 0 --learning-rate 0.02 --seed 9';
      await train(corpora.signs, ['--init-from', kept('gru'), '--extend-vocabulary', ...words(options)], to);
      assertSame(
        to,
        {
          numbers: '8672590c7014d4c0b5cab764582e0910ed703df85fc0ee7f47bac4a56b9641bb',
          file: 'a8cfd589c61d9bbfad88c2e55c9188350fb09376babd7c87fca38e529bbc0656',
        },
        'extended',
      );
    });
  });

  for (const { name, guards, options, at, more, facts, sampled, split, nats, end: last } of FIXTURES) {
    describe(`${name}.json: ${guards}`, () => {
      it('is what train writes, and both that run and --resume reach the recorded end, to the byte', async () => {
        const stopped = path(`${name}-stopped.json`);
        const whole = path(`${name}.json`);
        const resumed = path(`${name}-resumed.json`);
        // A run that ended at its last step keeps no copy of it; a longer one is the uninterrupted run.
        const isEnd = more !== '';
        const atOnce = isEnd ? options.replace(/--steps \d+/, more) : `${options} --save-every ${at} --keep 9`;
        await Promise.all([
          train(fables, words(`${atOnce} --threads 1`), whole),
          train(fables, ['--resume', kept(name), '--threads', '2', ...words(more)], resumed),
          ...(isEnd ? [train(fables, words(options), stopped)] : []),
        ]);
        const json = readFileSync(kept(name), 'utf8');
        const copy = isEnd ? stopped : path(`${name}.step-${at}.json`);
        assertSame(copy, { numbers: numbersOf(json), file: sha256(json) }, `step ${at}`);
        assertSame(whole, last, 'the uninterrupted run');
        assertSame(resumed, last, 'the resumed run');
      });

      it('gives the results of the first edition in inspect, sample and eval', async () => {
        const [inspected, text, measured] = await Promise.all([
          output('inspect', kept(name), '--json'),
          output('sample', kept(name), '--seed', '1', '--length', '100'),
          output('eval', kept(name), fables, '--split', split, '--json', ...(nats.length > 1 ? ['--dynamic'] : [])),
        ]);
        const { model, vocabulary, parameters, training } = JSON.parse(inspected);
        assert.deepEqual(
          {
            ...model,
            unknown: vocabulary.unknown,
            shapes: parameters.map((each: { shape: number[] }) => each.shape.join('×')).join(' '),
            step: training.step,
            totalSteps: training.totalSteps,
            epoch: training.epoch,
            best: training.best,
            command: training.command.join(' '),
          },
          facts,
        );
        assert.equal(text, sampled);
        const { total } = JSON.parse(measured);
        assert.deepEqual(total.dynamic ? [total.nats, total.dynamic.nats] : [total.nats], nats);
      });
    });
  }

  it('are what sample writes: temperature, top-k, top-p, min-p, prime, count, beam', async () => {
    const texts = await Promise.all([
      output('sample', kept('lstm'), '-n', '40', '-t', '0.7', '--top-p', '0.9', '-p', 'the ', '--seed', '2'),
      output('sample', kept('gru'), '-n', '30', '--top-k', '7', '--min-p', '0.02', '--count', '3', '--seed', '3'),
      output('sample', kept('rnn'), '-n', '30', '--best'),
    ]);
    assert.deepEqual(texts, [
      'the ttrnths  \uFFFDd\uFFFD sld \uFFFD\uFFFDlt \uFFFDen  e rd on o\uFFFD h\uFFFD',
      'l  laldt nndh e ehthooheh ooth\na lashh  e t t hent n e tenh  \nt oete ataellt tthh te athenea\n',
      'the the the the the the the th',
    ]);
  });

  it('are what score writes', async () => {
    const lines = 'Once there was a crow.\nthe the the\n\nQxz! 🙂\n';
    const scored = async (...args: string[]) => {
      const child = start(['score', ...args]);
      child.stdin?.end(lines);
      const { code, stdout, stderr } = await end(child);
      assert.deepEqual([code, stderr], [0, '']);
      return stdout;
    };
    const [columns, json] = await Promise.all([
      scored('--model', kept('lstm'), '--model', kept('gru')),
      scored(kept('lstm'), '--context', 'stream', '--dynamic', '--json'),
    ]);
    assert.equal(
      columns,
      '3.950\t4.281\tlstm\tOnce there was a crow.\n3.505\t3.746\tlstm\tthe the the\n4.471\t5.029\tlstm\t\n3.756\t5.615\tlstm\tQxz! 🙂\n',
    );
    assert.deepEqual(
      json
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).bits),
      [87.01697836635485, 39.91835513003461, 4.996099447217608, 25.481333417110452],
    );
  });
});
