import assert from 'node:assert/strict';
import fc from 'fast-check';
import { allOptions } from '../../src/commands/command.js';
import { declarations } from '../../src/commands/declarations.js';
import { parse } from '../../src/commands/parser.js';
import { spellings } from '../../src/commands/spelling.js';
import { givenOf } from '../../src/commands/values.js';
import { CharrnnError } from '../../src/errors.js';
import { nearest } from '../../src/format.js';

/** Parses a command line. @returns the words of its first argument, and the options that were typed */
function read(...args: string[]): [words: readonly string[], typed: object] {
  const { command, words, typed } = parse(args, declarations);
  return [words[command.arguments[0].name], typed];
}

/** The message that refuses a command line. */
function refusal(...args: string[]): string {
  try {
    parse(args, declarations);
  } catch (error) {
    assert.ok(error instanceof CharrnnError && error.exitCode === 2, String(error));
    return error.message;
  }
  assert.fail(`${args.join(' ')} is accepted`);
}

describe('an option and its value', () => {
  for (const [args, typed] of [
    [['--length', '5'], { length: '5' }],
    [['--length=5'], { length: '5' }],
    [['-n', '5'], { length: '5' }],
    [['-n5'], { length: '5' }],
    [['-n=5'], { length: '5' }],
    [['-0n5'], { null: true, length: '5' }],
    [['-0'], { null: true }],
    [['-n', '-0'], { length: '-0' }],
    [['-n0'], { length: '0' }],
    [['-t', '-1'], { temperature: '-1' }],
    [['-t-1'], { temperature: '-1' }],
    [['-t=-1e-3'], { temperature: '-1e-3' }],
    [['--temperature', '-.5'], { temperature: '-.5' }],
    [['--prime='], { prime: '' }],
    [['--prime', ''], { prime: '' }],
    [['-p='], { prime: '' }],
    [['-p=a=b'], { prime: 'a=b' }],
    [['--prime=-- Hm'], { prime: '-- Hm' }],
    [['--prime=--'], { prime: '--' }],
    [['--prime', '-'], { prime: '-' }],
    [['--prime="a"'], { prime: '"a"' }],
    [['-p./a b'], { prime: './a b' }],
    [['-pOnce'], { prime: 'Once' }],
    [['-t.5'], { temperature: '.5' }],
    [['--prime', 'a\n--b'], { prime: 'a\n--b' }],
    [['--stop=a', '--stop', 'b', '--stop='], { stop: ['a', 'b', ''] }],
    [['--stop', '-5'], { stop: ['-5'] }],
    [['--seed=--toString'], { seed: '--toString' }],
    [['--null', '--length', '3', '-t2'], { null: true, length: '3', temperature: '2' }],
  ] as const) {
    it(`${JSON.stringify(args)} are read as ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(read('sample', 'a.json', ...args), [['a.json'], typed]);
      assert.deepEqual(read('sample', ...args, 'a.json'), [['a.json'], typed]);
    });
  }

  it('are text, whatever they look like', () => {
    assert.deepEqual(read('train', '007', '1e3', 'true', '--hidden', '0x10', '--output', '5'), [
      ['007', '1e3', 'true'],
      { hidden: '0x10', output: '5' },
    ]);
  });
});

describe('a lone dash', () => {
  it('can be a word or a value', () => {
    const [words, typed] = read('train', '-', '-q', '-o', '-', 'a-b');
    assert.deepEqual(words, ['-', 'a-b']);
    assert.deepEqual(typed, { output: '-', quiet: true });
    assert.match(refusal('train', '-', '-x'), /^-x: /);
  });
});

describe('words after --', () => {
  it('are words even if they begin with a dash', () => {
    assert.deepEqual(read('train', 'a', '-q', '--', 'b'), [['a', 'b'], { quiet: true }]);
    assert.deepEqual(read('train', '--', '-b', '--', '-'), [['-b', '--', '-'], {}]);
    assert.deepEqual(read('train', 'a', '--', '--help', '--quiet=x'), [['a', '--help', '--quiet=x'], {}]);
    assert.deepEqual(read('train', 'a', '--'), [['a'], {}]);
  });

  it('are not allowed where -- may be meant as a value', () => {
    const needed = '--prime: needs a value; join it with = if it begins with a dash';
    assert.equal(refusal('sample', '--prime', '--', 'a'), needed);
    assert.equal(refusal('sample', 'a', '--prime', '--'), needed);
  });
});

describe('an unknown option', () => {
  for (const arg of [
    ...['--toString', '--constructor=1', '--__proto__', '--__proto__=1', '--hasOwnProperty', '--_', '--_=1', '--$0=x'],
    ...['--corpus', '--corpus=x', '--model=x', '--get-yargs-completions', '--a.b=1', '--é', '-é', '-😀', '-5', '-x'],
    ...['---', '--=', '--=x', '-=', '--q', '--o=x', '--version', '-v'],
  ]) {
    it(`is refused before and after a word: ${arg}`, () => {
      const name = arg.startsWith('--') ? (/^--.[^=]*/su.exec(arg)?.[0] ?? arg) : arg;
      assert.equal(refusal('train', arg, 'a'), `${name}: unknown option`);
      assert.equal(refusal('train', 'a', arg), `${name}: unknown option`);
    });
  }

  for (const [arg, message] of [
    ['--hiden=3', '--hiden: unknown option; did you mean --hidden?'],
    ['--learningRate', '--learningRate: unknown option; did you mean --learning-rate?'],
    ['--no-quiet', '--no-quiet: unknown option; did you mean --quiet?'],
    ['--no-seed=1', '--no-seed: unknown option; did you mean --seed?'],
    ['--seed.x=1', '--seed.x: unknown option; did you mean --seed?'],
    ['-qx', '-x: unknown option'],
    ['-xq', '-x: unknown option'],
    ['-1e5', '-1: unknown option'],
    ['-q-', '--: unknown option'],
  ]) {
    it(`is refused: ${arg}: ${message}`, () => assert.equal(refusal('train', 'a', arg), message));
  }

  it('is not found in a word, a value or after --', () => {
    const words = ['toString', '\0--toString', '=', '__proto__'];
    assert.deepEqual(read('train', ...words, '-o', 'constructor', '--seed=--x', '--', '--toString', '---', '--='), [
      [...words, '--toString', '---', '--='],
      { seed: '--x', output: 'constructor' },
    ]);
  });
});

describe('a misused option', () => {
  for (const [args, message] of [
    [['--quiet=no'], '--quiet: takes no value'],
    [['--quiet='], '--quiet: takes no value'],
    [['-q=x'], '-q: takes no value'],
    [['-q='], '-q: takes no value'],
    [['--output'], '--output: needs a value; join it with = if it begins with a dash'],
    [['-qo'], '-o: needs a value; join it with = if it begins with a dash'],
    [['--output', '--quiet'], '--output: needs a value; join it with = if it begins with a dash'],
    [['--output', '-x'], '--output: needs a value; join it with = if it begins with a dash'],
    [['--batch', '2', '--batch=3'], '--batch: given 2 times; give it once'],
    [['-oa', '--output=b', '-o', 'c'], '--output: given 3 times; give it once'],
    [['-qq'], '--quiet: given 2 times; give it once'],
  ] as const) {
    it(`is refused: ${args.join(' ')}: ${message}`, () => assert.equal(refusal('train', 'a', ...args), message));
  }

  it('does not prevent a request for help', () => {
    for (const args of [['--help'], ['-h'], ['-qh'], ['--hiden', '--help'], ['--output', '-h'], ['-q=x', '-h']]) {
      assert.equal(parse(['train', ...args], declarations).wantsHelp, true, args.join(' '));
    }
    assert.equal(parse(['train', '--', '-h'], declarations).wantsHelp, false);
    assert.equal(parse(['train', 'a', '--output=-h'], declarations).wantsHelp, false);
  });
});

describe('the arguments of a command', () => {
  it('are returned by name', () => {
    assert.deepEqual(parse(['eval', 'm', 'a', 'b'], declarations).words, { checkpoint: ['m'], corpus: ['a', 'b'] });
    assert.deepEqual(parse(['score', 'm'], declarations).words, { checkpoint: ['m'], file: [] });
    assert.deepEqual(parse(['score'], declarations).words, { checkpoint: [], file: [] });
    assert.deepEqual(parse(['train', '--print-config'], declarations).words, { corpus: [] });
  });

  for (const [args, message] of [
    [['train'], 'the corpus is missing; give files, folders, globs in quotes, or - for standard input'],
    [
      ['train', '--resume', 'st.json'],
      'the corpus is missing; give files, folders, globs in quotes, or - for standard input',
    ],
    [['eval', 'm'], 'the corpus is missing; give files, folders, globs, or - for standard input'],
    [['sample'], 'the checkpoint is missing; give a checkpoint file, or - for standard input'],
    [['completion'], 'the shell is missing; give bash, zsh or fish'],
    [['sample', 'a', 'b'], 'b: one argument too many'],
    [['sample', '--print-config', 'a', 'b'], 'b: one argument too many'],
  ] as const) {
    it(`are refused: ${args.join(' ')}: ${message}`, () => assert.equal(refusal(...args), message));
  }
});

describe('any command line', () => {
  const names = declarations.map(({ name }) => name);
  const known = declarations.flatMap((command) => Object.entries(allOptions(command)).flatMap(spellings));
  const odd = [
    '-',
    '--',
    '---',
    '=',
    '--=',
    '-=',
    '',
    ' ',
    '-0',
    '-5',
    '-é',
    '--__proto__',
    '--_',
    '\0',
    '-h',
    '--help',
  ];
  const word = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom(...odd),
    fc.tuple(fc.constantFrom(...known, '--x', '-x'), fc.string()).map(([name, value]) => `${name}=${value}`),
    fc.tuple(fc.constantFrom(...known, '-', '--'), fc.string({ unit: 'binary' })).map(([name, value]) => name + value),
    fc.string({ unit: 'binary' }),
  );

  it('is read as it stands, or refused in one line', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...names), word), fc.array(word, { maxLength: 6 }), (first, rest) => {
        try {
          const { command, words, typed, wantsHelp } = parse([first, ...rest], declarations);
          accepted++;
          if (wantsHelp) return;
          assert.equal(command.name, first);
          for (const text of Object.values(words).flat()) assert.ok(rest.includes(text), text);
          const typedIn = rest.join('\0');
          for (const [key, value] of Object.entries(typed)) {
            assert.ok(Object.hasOwn(allOptions(command), key), key);
            assert.ok(value === true || [value].flat().every((text) => typedIn.includes(text)), key);
          }
        } catch (error) {
          assert.ok(error instanceof CharrnnError && error.exitCode === 2, `${error}`);
          assert.doesNotMatch(error.message, /[\p{Cc}\u2028-\u202e]/u);
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(accepted > 30, `${accepted} are accepted`);
  });

  /** Milliseconds to read a command line and the values of its options, whether it is refused or not. */
  function timeOf(args: readonly string[]): number {
    const start = performance.now();
    try {
      const { command, typed } = parse(args, declarations);
      givenOf(command.options, typed);
    } catch (error) {
      assert.ok(error instanceof CharrnnError, String(error));
      assert.ok(error.message.length < 300, `a message of ${error.message.length} characters`);
    }
    return performance.now() - start;
  }

  // Quadratic time would take minutes at these lengths.
  const length = 200_000;
  const repeated = (arg: string): string[] => Array<string>(length).fill(arg);
  const long: Readonly<Record<string, readonly string[]>> = {
    'letters after -n': ['sample', 'a', `-n${'x'.repeat(length)}`],
    'letters of a flag': ['train', 'a', `-${'q'.repeat(length)}`],
    'letters of an unknown flag': ['train', 'a', `-${'x'.repeat(length)}`],
    'letters of an option': ['train', 'a', `--${'x'.repeat(length)}`],
    'letters of a command': ['x'.repeat(length)],
    'letters of one argument too many': ['sample', 'a', 'x'.repeat(length)],
    'digits and a letter': ['train', 'a', `--hidden=${'9'.repeat(length)}x`],
    'digits of minutes': ['train', 'a', `--minutes=${'9'.repeat(length)}h`],
    'spaces before minutes': ['train', 'a', `--minutes=${' '.repeat(length)}x`],
    'letters of a choice': ['train', 'a', `--cell=${'x'.repeat(length)}`],
    words: ['train', ...repeated('a')],
    'words after --': ['train', '--', ...repeated('a')],
    'options that may be repeated': ['sample', 'a', ...repeated('--stop=x')],
    'options that may not': ['train', 'a', ...repeated('--hidden=3')],
    'options and their values': ['sample', 'a', ...repeated('--stop').flatMap((option) => [option, 'x'])],
    'unknown options': ['train', 'a', ...repeated('--x')],
    flags: ['train', 'a', ...repeated('-qq')],
  };
  for (const [title, args] of Object.entries(long)) {
    it(`of 200,000 ${title} takes little time, and at most one line`, () => {
      const time = timeOf(args);
      assert.ok(time < 2000, `${time.toFixed()} ms`);
    });
  }

  it('has no suggestion for a very long word', () => {
    assert.equal(nearest('x'.repeat(length), ['seed', 'length']), undefined);
  });
});
