// What a user sees after a mistake: one line, its exit code, and nothing lost. (test/cli/usage.test.ts has the lines
// about single options.)

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { declarations } from '../../src/commands/declarations.js';
import { parse } from '../../src/commands/parser.js';
import { spelledText } from '../../src/commands/spelling.js';
import { CharrnnError } from '../../src/errors.js';
import { visible } from '../../src/format.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type Ended, end, run, start } from './program.js';

const TEXT = 'the cat sat on the mat. '.repeat(40);
const tiny = ['--layers', '1', '--hidden', '4', '--batch', '4', '--sequence', '5', '--threads', '1', '--quiet'];

const { path, remove } = temporaryFolder();
const corpus = path('corpus.txt');
const model = path('model.json');
const output = path('new.json');

/** Arguments that train to a new file. */
const train = (...args: string[]): string[] => ['train', ...args, '-o', output, ...tiny];
const resume = (from: string, text = corpus): string[] => ['train', text, '--resume', from, '--quiet'];
const remedy = '--init-from starts a new training run';

interface Case {
  readonly args: readonly string[];
  /** Lines of standard error, without the name of the program and the hint about the help. */
  readonly said: readonly (string | RegExp)[];
  readonly code?: number;
  /** Whether to start the program, even without `stdin` or `stdout`; most cases run its command in this process. */
  readonly isStarted?: true;
  readonly stdin?: string;
  /** The file that standard output is redirected to. */
  readonly stdout?: string;
}

const cases: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'a corpus': {
    'that does not exist': {
      isStarted: true,
      args: train(path('none.txt')),
      said: [`${path('none.txt')}: no such file`],
    },
    'pattern that matches no file': { args: train(path('*.none')), said: [`'${path('*.none')}': no file matches`] },
    'that is an empty folder': {
      args: train(path('empty')),
      said: [`${path('empty')}: no files in it; give a folder with text files`],
    },
    'of pictures': {
      args: train(path('pictures')),
      said: [`${path('pictures')}: none of its 2 files is text; give a folder with text files`],
    },
    'in Windows-1252': {
      args: train(path('windows.txt')),
      said: [`${path('windows.txt')}: invalid UTF-8 at byte 3 (0xe9); re-encode it, or read it with --encoding latin1`],
    },
    'in UTF-16': {
      args: train(path('utf16.txt')),
      said: [`${path('utf16.txt')}: invalid UTF-8 at byte 0 (0xff); it looks like UTF-16; re-encode it`],
    },
    'without characters': {
      args: train('-'),
      stdin: '',
      said: ['standard input: empty; give a text with some characters'],
    },
    'with a single distinct character': {
      args: train('-'),
      stdin: 'aaaa',
      said: ['standard input: only one distinct character ("a"); there is nothing to learn'],
    },
    'too short for the given options': {
      args: ['train', corpus, '-o', output, '--batch', '50', '--sequence', '50', '--quiet'],
      said: [`${corpus}: 864 characters to train on, but --batch 50 × --sequence 50 needs 2,501; lower either`],
      code: 2,
    },
    'too short for one given option': {
      args: ['train', corpus, '-o', output, '--batch', '5000', '--quiet'],
      said: [`${corpus}: 864 characters to train on, but --batch 5000 needs 5,001; lower it`],
      code: 2,
    },
    'of rare characters only': {
      args: train(corpus, '--min-count', '1000'),
      said: [`${corpus}: no character occurs 1,000 times, the most frequent one 240; lower --min-count`],
      code: 2,
    },
    'so short that options are adjusted': {
      args: ['train', '-', '-o', output, '--validation', '0.01', '--steps', '1', '--quiet', '--layers', '1'],
      stdin: 'hello',
      said: [
        '5 characters are too few for --validation 0.01; none are held out',
        '-: 5 characters to train on, so --batch 1 × --sequence 4 instead of 8 × 50',
      ],
      code: 0,
    },
  },
  'a checkpoint': {
    'that does not exist': {
      args: resume(path('none.json')),
      said: [`${path('none.json')}: no such file; give the path of a checkpoint written by charrnn train`],
    },
    'that is a folder': {
      args: ['sample', path('empty')],
      said: [`${path('empty')}: is a folder, not a file; give the path of a file in it`],
    },
    'that is empty': {
      args: resume(path('empty.json')),
      said: [`${path('empty.json')}: is empty, not a charrnn checkpoint; give the path of one`],
    },
    'that is a text': {
      args: ['sample', corpus],
      said: [`${corpus}: is not a charrnn checkpoint (not JSON at byte 0: unexpected t)`],
    },
    'of another program': {
      args: ['gradcheck', path('other.json')],
      said: [`${path('other.json')}: is not a charrnn checkpoint (it has no format)`],
    },
    'that is truncated': {
      args: resume(path('half.json')),
      said: [`${path('half.json')}: ends at byte 3000, in the middle of the document; it is truncated, copy it again`],
    },
  },
  'a text to measure': {
    'and a checkpoint from the same stream': {
      args: ['eval', '-', '/dev/stdin'],
      said: ['standard input: the corpus or the checkpoint, not both; give one of them as a file'],
      code: 2,
    },
    'in windows with a model that learns': {
      args: ['eval', model, corpus, '--window', '9', '--dynamic'],
      said: ['--window: forgets what --dynamic learns; leave one of them out'],
      code: 2,
    },
    'that is not the training corpus': {
      args: ['eval', model, path('another.txt'), '--split', 'validation'],
      said: [
        `${path('another.txt')}: not the corpus that the model was trained on (of the same length, but a different text); --split needs the text of the training run`,
      ],
    },
    'without characters': {
      args: ['eval', model, '-'],
      stdin: '',
      said: ['standard input: empty; give a text with some characters'],
    },
    'in Windows-1252': {
      args: ['eval', model, path('windows.txt')],
      said: [`${path('windows.txt')}: invalid UTF-8 at byte 3 (0xe9); re-encode it, or read it with --encoding latin1`],
    },
  },
  'lines to score': {
    'without a checkpoint': { args: ['score'], said: ['a checkpoint is missing'], code: 2 },
    'and a checkpoint from the same stream': {
      args: ['score', '-'],
      said: ['standard input: the text or a checkpoint, not both; give one of them as a file'],
      code: 2,
    },
    'both one by one and as one text': {
      args: ['score', model, corpus, '--dynamic', '--context', 'line'],
      said: ['--dynamic: reads all lines as one text; leave out --context line'],
      code: 2,
    },
    'both in colours and as JSON': {
      args: ['score', model, corpus, '--color', '--json'],
      said: ['--color: cannot be combined with --json or --per-character; leave one of them out'],
      code: 2,
    },
  },
  'a run from a checkpoint': {
    'with both --resume and --init-from': {
      args: ['train', corpus, '--resume', model, '--init-from', model],
      said: ['--resume and --init-from: give only one; the first continues a run, the second starts one'],
      code: 2,
    },
    'with --extend-vocabulary but without --init-from': {
      args: ['train', corpus, '--extend-vocabulary', '--resume', model],
      said: ['--extend-vocabulary: needs --init-from and a checkpoint'],
      code: 2,
    },
    'on standard input together with the corpus': {
      args: ['train', '-', '--resume', '-', '-o', output],
      said: ['standard input: the corpus or the checkpoint, not both; give one of them as a file'],
      code: 2,
    },
    'that would be written back to standard input': {
      args: ['train', corpus, '--resume', '-'],
      said: ['--resume -: standard input cannot be written back to; give --output'],
      code: 2,
    },
    'without a training state': {
      args: resume(path('sampling.json')),
      said: [`${path('sampling.json')}: made only for sampling, without the state of a training run; try --init-from`],
    },
    'with other options': {
      args: [...resume(model), '--seed', '7'],
      said: [
        `--seed 7: ${model} was trained with --seed 1; leave it out, or start a new training run with --init-from`,
      ],
      code: 2,
    },
    'with another model': {
      args: ['train', corpus, '--init-from', model, '-o', output, '--hidden', '9'],
      said: [`--hidden 9: ${model} has --hidden 4; leave it out`],
      code: 2,
    },
    'with a text of another length': {
      args: [...resume(model, path('longer.txt')), '--steps', '9'],
      said: [
        `${path('longer.txt')}: not the corpus that ${model} was trained on (961 characters instead of 960); ${remedy}`,
      ],
    },
    'with another text of the same length': {
      args: [...resume(model, path('another.txt')), '--steps', '9'],
      said: [
        `${path('another.txt')}: not the corpus that ${model} was trained on (of the same length, but a different text); ${remedy}`,
      ],
    },
    'with unknown characters': {
      args: ['train', path('zebra.txt'), '--init-from', model, '-o', output],
      said: [
        /: 2 different characters that the model does not know: "b" \(U\+0062\) × 1, "z" .* × 1; take them out, or add --extend/,
      ],
    },
    'that is complete': {
      args: resume(model),
      said: [
        `${model}: its training is complete, step 3 of 3; to continue, give --epochs, --steps or --minutes beyond that`,
      ],
      code: 2,
    },
  },
  'an output': {
    'that is the corpus': {
      isStarted: true,
      args: ['train', corpus, '-o', corpus, ...tiny],
      said: [`${corpus}: already exists and is not a charrnn checkpoint; remove it, or give another path`],
    },
    'that is part of the corpus': {
      args: ['train', path('with-model'), '-o', path('with-model/m.json'), ...tiny],
      said: [
        `${path('with-model/m.json')}: is one of the texts to train on; give another --output, or take it out of the corpus`,
      ],
    },
    'that is a folder': {
      args: ['train', corpus, '-o', path('empty'), ...tiny],
      said: [`${path('empty')}: is a folder, not a file; give the path of a file in it`],
    },
    'below a file': {
      args: ['train', corpus, '-o', `${corpus}/m.json`, ...tiny],
      said: [`${corpus}/m.json: a part of this path is a file, not a folder; give another path`],
    },
    'to be saved every 5 hours': {
      args: ['train', corpus, '-o', output, '--save-every', '5h'],
      said: ['--save-every "5h": must be steps, as in 500, or minutes, as in 5m'],
      code: 2,
    },
    'on the stream of the events': {
      args: ['train', corpus, '-o', '-', '--json'],
      said: ['--json: standard output is for the checkpoint; leave it out, or give a file as --output'],
      code: 2,
    },
    'that is a stream and takes one checkpoint': {
      stdout: path('stdout.json'),
      args: ['train', corpus, '-o', '-', '--steps', '5', '--save-every', '1', ...tiny],
      said: ['/dev/stdout: a stream takes one checkpoint; nothing is saved before the end'],
      code: 0,
    },
    'that is a stream and keeps no copies': {
      args: ['train', corpus, '-o', '-', '--keep', '2'],
      said: ['--keep 2: /dev/stdout is a stream and takes one checkpoint; give a file as --output'],
      code: 2,
    },
    ...(process.platform === 'linux' && {
      'on a full disk, which is saved elsewhere': {
        isStarted: true,
        args: ['train', corpus, '-o', '/dev/full', '--steps', '2', ...tiny],
        said: [
          /^\/dev\/full: no space left on the disk \(needs [\d.]+ kB\); make room, or .* disk; the checkpoint of step 2 is in \S+-full instead$/,
        ],
      },
      'of text on a full disk': {
        args: ['sample', model, '--seed', '1'],
        stdout: '/dev/full',
        said: ['standard output: cannot be written (ENOSPC); make room, or write elsewhere'],
      },
      'of events on a full disk': {
        args: train(corpus, '--json', '--steps', '2'),
        stdout: '/dev/full',
        said: ['standard output: cannot be written (ENOSPC); make room, or write elsewhere'],
      },
      'to the pipe it was resumed from': {
        args: resume(path('pipe')),
        said: [`--resume ${path('pipe')}: a stream cannot be written back to; give --output`],
        code: 2,
      },
    }),
  },
  'a model': {
    'over 4 GiB': {
      args: ['train', corpus, '-o', output, '--hidden', '16384', '--layers', '64'],
      said: [
        /^the model needs at least 3\.0 TiB, WebAssembly offers 4\.0 GiB; the largest part is optimizer moments, .*: lower --hidden or --layers$/,
      ],
    },
    'with too many time steps': {
      args: ['train', corpus, '-o', output, '--sequence', '65536', '--layers', '64', '--batch', '1', '--hidden', '1'],
      said: [
        /^the time steps need at least 6\.3 GiB of objects in each worker, JavaScript offers .*; lower --sequence/,
      ],
    },
    'that diverges': {
      isStarted: true,
      args: ['train', corpus, '--init-from', path('huge.json'), '-o', output, '--batch', '4', '--quiet'],
      said: [
        /^step 1: the (loss|norm of the gradient) is (NaN|Infinity); lower --learning-rate, or give --clip-norm 5 if it is 0$/,
      ],
    },
    'that is about to diverge': {
      isStarted: true,
      args: train(corpus, '--learning-rate', '100', '--clip-norm', '0', '--steps', '3'),
      said: [/^step \d: the loss is [\d.]+, far above the 2\.\d+ it began with; lower --learning-rate$/],
      code: 0,
    },
    'that needs a missing library': {
      isStarted: true,
      args: train(corpus, '--backend', 'blas'),
      said: [/^--backend blas: (no BLAS with cblas_sgemm found \(looked for \/none\); |the optional package koffi is)/],
    },
    'whose output is not finite': {
      args: ['sample', path('huge.json'), '--seed', '1'],
      said: [/^the model's output is (NaN|-?Infinity); its weights are too large, use another checkpoint$/],
    },
    'that does not know a character': {
      isStarted: true,
      args: ['sample', model, '--prime', 'a zoo', '--seed', '1'],
      said: [
        'prime: character 3, "z" (U+007A), is not among the 11 that the model knows; leave it out, or give --unknown skip',
      ],
      code: 2,
    },
  },
};

async function makeFiles(): Promise<void> {
  for (const folder of ['empty', 'pictures', 'with-model']) mkdirSync(path(folder));
  for (const name of ['a.png', 'b.png']) writeFileSync(path(`pictures/${name}`), '\x89PNG\0');
  writeFileSync(path('windows.txt'), Buffer.from('caf\xe9', 'latin1'));
  writeFileSync(path('utf16.txt'), Buffer.from('\ufeffhello', 'utf16le'));
  writeFileSync(corpus, TEXT);
  writeFileSync(path('longer.txt'), `${TEXT} `);
  writeFileSync(path('another.txt'), TEXT.replace('cat', 'hat'));
  writeFileSync(path('zebra.txt'), `${TEXT}zeb`);
  writeFileSync(path('empty.json'), '');
  writeFileSync(path('other.json'), '{"name":"x","version":1}');
  assert.equal((await run('train', corpus, '-o', model, '--steps', '3', ...tiny)).code, 0);
  const whole = readFileSync(model);
  writeFileSync(path('half.json'), whole.subarray(0, 3000));
  writeFileSync(path('with-model/m.json'), whole);
  const { training: _, ...weights } = await loadCheckpoint(model);
  await saveCheckpoint(path('sampling.json'), weights);
  const huge = weights.parameters.map(({ name, shape, values }) => ({
    ...{ name, shape },
    values: name === 'decoder.W' ? values.map((_, i) => (i % 2 ? 3e38 : -3e38)) : values,
  }));
  await saveCheckpoint(path('huge.json'), { ...weights, parameters: huge });
  if (process.platform === 'linux') execFileSync('mkfifo', [path('pipe')]);
}

async function runProgram({ args, stdin = '', stdout: file }: Case, own: string): Promise<Ended> {
  const stdout = file === undefined ? 'pipe' : openSync(file, 'w');
  const words = args.map((word) => (word === output ? own : word));
  const child = start(words, stdout, { CHARRNN_BLAS: '/none' });
  child.stdin?.on('error', () => {}); // many exit before they read
  child.stdin?.end(stdin);
  const ended = await end(child);
  if (typeof stdout === 'number') closeSync(stdout);
  return ended;
}

async function runCommand({ args }: Case): Promise<Ended> {
  try {
    const { command, words, typed } = parse(args, declarations);
    const handler = await command.load();
    return { code: await handler({ words, typed, commands: declarations }), stdout: '', stderr: '' };
  } catch (error) {
    if (!(error instanceof CharrnnError)) throw error;
    return { code: error.exitCode, stdout: '', stderr: `charrnn: ${visible(spelledText(error.line))}\n` };
  }
}

const isStarted = ({ isStarted, stdin, stdout }: Case): boolean => isStarted ?? (stdin ?? stdout) !== undefined;

/** Starts the program for each, two at a time. */
function startAll(all: readonly Case[]): Map<Case, Promise<Ended>> {
  const lanes = [Promise.resolve(), Promise.resolve()];
  return new Map(
    all.map((one, i) => {
      const started = lanes[i % lanes.length].then(() => runProgram(one, path(`new${i}.json`)));
      lanes[i % lanes.length] = started.then(
        () => {},
        () => {},
      );
      return [one, started];
    }),
  );
}

describe('in one line, with its exit code and with nothing lost, charrnn reports', () => {
  let started: ReturnType<typeof startAll>;
  before(async () => {
    await makeFiles();
    started = startAll(
      Object.values(cases)
        .flatMap((group) => Object.values(group))
        .filter(isStarted),
    );
  });
  after(remove);

  for (const [group, inGroup] of Object.entries(cases)) {
    for (const [title, one] of Object.entries(inGroup)) {
      it(`${group} ${title}`, async () => {
        const { code, stderr } = await (started.get(one) ?? runCommand(one));
        const lines = stderr.split('\n').filter((line) => !/^seed \d+$|^see charrnn .*--help$|^$/.test(line));
        const said = lines.map((line) => line.replace(/^(charrnn|note|warning): /, ''));
        assert.equal(said.length, one.said.length, stderr);
        one.said.forEach((line, i) => {
          if (typeof line === 'string') assert.equal(said[i], line);
          else assert.match(said[i], line);
          const refuge = /is in (\S+) instead$/.exec(said[i])?.[1];
          if (refuge) rmSync(refuge);
        });
        assert.equal(code, one.code ?? 1);
        if (one.stdout === path('stdout.json')) assert.equal((await loadCheckpoint(one.stdout)).training?.step, 5);
      });
    }
  }

  it('(afterwards the corpus and the model are unchanged)', async () => {
    await Promise.allSettled(started.values());
    assert.equal(readFileSync(corpus, 'utf8'), TEXT);
    assert.equal((await loadCheckpoint(model)).training?.step, 3);
  });
});
