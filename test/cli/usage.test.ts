import assert from 'node:assert/strict';
import { declarations } from '../../src/commands/declarations.js';
import { run } from './program.js';

/** Command lines that are refused before anything is read, and the messages. */
const refused: readonly (readonly [string[], string])[] = [
  [['trian', 'a.txt'], 'trian: unknown command; did you mean train?'],
  [['zzz'], 'zzz: unknown command'],
  [
    ['--quiet', 'train', 'a.txt'],
    '--quiet: a command comes first: train, sample, eval, score, label, translate, inspect, neurons, report, page, compress, decompress, export, import, vectors, gradcheck, gradflow, completion',
  ],
  [['train'], 'the corpus is missing; give files, folders, globs in quotes, or - for standard input'],
  [['train', '--corpus', 'a.txt'], '--corpus: unknown option'],
  [['sample'], 'the checkpoint is missing; give a checkpoint file, or - for standard input'],
  [['sample', 'a.json', 'b.json'], 'b.json: one argument too many'],
  [['train', 'a.txt', '--hiden', '3'], '--hiden: unknown option; did you mean --hidden?'],
  [['train', 'a.txt', '--learningRate', '1'], '--learningRate: unknown option; did you mean --learning-rate?'],
  [['train', 'a.txt', '--no-quiet'], '--no-quiet: unknown option; did you mean --quiet?'],
  [['train', 'a.txt', '-x'], '-x: unknown option'],
  [['train', 'a.txt', '--a.b=1'], '--a.b: unknown option'],
  [['train', 'a.txt', '--dropout', '2'], '--dropout 2: must be from 0 to 0.95'],
  [['train', 'a.txt', '--hidden', 'abc'], '--hidden abc: not a number; must be from 1 to 16384'],
  [['train', 'a.txt', '--hidden', ''], '--hidden "": not a number; must be from 1 to 16384'],
  [['train', 'a.txt', '--hidden', '0x10'], '--hidden 0x10: not a number; must be from 1 to 16384'],
  [['train', 'a.txt', '--steps', 'Infinity'], '--steps Infinity: not a number; must be at least 1'],
  [['train', 'a.txt', '--batch', '2.5'], '--batch 2.5: must be a whole number'],
  [['train', 'a.txt', '--batch', '2', '--batch', '3'], '--batch: given 2 times; give it once'],
  [['train', 'a.txt', '-o', 'a', '--output', 'b'], '--output: given 2 times; give it once'],
  [['train', 'a.txt', '--json', '--json'], '--json: given 2 times; give it once'],
  [['train', 'a.txt', '--quiet=false'], '--quiet: takes no value'],
  [['train', 'a.txt', '--hidden'], '--hidden: needs a value; join it with = if it begins with a dash'],
  [['train', 'a.txt', '--output', '--quiet'], '--output: needs a value; join it with = if it begins with a dash'],
  [['train', 'a.txt', '--cell', 'lstn'], '--cell lstn: must be one of rnn, lstm, gru; did you mean lstm?'],
  [['train', 'a.txt', '--cell', 'bird'], '--cell bird: must be one of rnn, lstm, gru'],
  [['sample', 'a.json', '--temperature', '-1'], '--temperature -1: must be from 0 to 100'],
  [['sample', 'a.json', '-t=-1e-3'], '--temperature -1e-3: must be from 0 to 100'],
  [['sample', 'a.json', '--seed', '4294967296'], '--seed 4294967296: must be from 0 to 4294967295'],
  [['gradcheck', 'a.json', '--hidden', '4'], '--hidden: a.json determines the shape; leave it out'],
  [['train', 'a.txt', '--hidden', '1\n\u001b[31m'], '--hidden 1\\n\\u{1b}[31m: not a number; must be from 1 to 16384'],
  [['inspct', 'a.json'], 'inspct: unknown command; did you mean inspect?'],
  [['inspect', 'a.json', '--histroy'], '--histroy: unknown option; did you mean --history?'],
  [['inspect', 'a.json', '--json', '--history'], '--history: --json includes it; leave one of them out'],
  [['inspect', 'a.json', '--json', '--svg', '-'], '--svg -: standard output is for --json; give a file'],
  [['train', 'a.txt', '--no-colour'], '--no-colour: unknown option; did you mean --no-color?'],
  [['train', 'a.txt', '--log', '-'], '--log -: give a file; --json writes events to standard output'],
  [['train', 'a.txt', '--log', 'b', '-o', './b'], '--log b: is the checkpoint; give another file'],
  [['completion'], 'the shell is missing; give bash, zsh or fish'],
  [['completion', 'bsh'], 'completion bsh: must be one of bash, zsh, fish; did you mean bash?'],
];

describe('an invalid command line', () => {
  for (const [args, message] of refused) {
    it(`${JSON.stringify(args)} is refused: ${message}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      const command = declarations.some(({ name }) => name === args[0]) ? `${args[0]} ` : '';
      assert.equal(stderr, `charrnn: ${message}\nsee charrnn ${command}--help\n`);
      assert.equal(stdout, '');
      assert.equal(code, 2);
    });
  }
});
