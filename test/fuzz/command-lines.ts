// Command lines of real options and values, mixed with what people and scripts type by mistake.

import assert from 'node:assert/strict';
import { type Argument, allOptions } from '../../src/commands/command.js';
import { declarations } from '../../src/commands/declarations.js';
import { parse } from '../../src/commands/parser.js';
import { intervalIn } from '../../src/commands/train-request.js';
import { givenOf, valuesOf } from '../../src/commands/values.js';
import { CharrnnError } from '../../src/errors.js';
import { kebab, type Option, type OptionTable } from '../../src/options/option.js';
import { numbers } from './bytes.js';
import type { Target } from './cases.js';
import type { Dice } from './dice.js';

const commandNames = declarations.map(({ name }) => name);

const garbage = [
  ...['', ' ', '-', '--', '---', '--=', '-=', '=', '"', "'", '\\', '$0', '%s', '*', '../..', 'a b', '\n', '\u001b[31m'],
  ...['\u202e', 'é', '😀', '\ufffd', 'true', 'false', 'null', 'undefined', '[object Object]', '-5', '-n', '-qq', '-h5'],
  ...[
    '--__proto__',
    '--__proto__=1',
    '--__proto__.x=1',
    '--constructor',
    '--constructor.prototype.x=1',
    '--toString=1',
  ],
  ...[
    '--hasOwnProperty',
    '--_',
    '--_=x',
    '--$0=x',
    '--corpus=x',
    '--checkpoint=x',
    '--no-quiet',
    '--no-seed',
    '--quiet=no',
  ],
  ...[
    '--learningRate=1',
    '--seed.x=1',
    '--get-yargs-completions',
    '--show-hidden',
    '--help=0',
    '--version=0',
    '-v',
    '-V',
  ],
  ...['x'.repeat(100_000), `--${'x'.repeat(100_000)}`, `--seed=${'9'.repeat(100_000)}`, `-${'q'.repeat(1000)}`],
];

/** A value that an option accepts, or might. */
function value(option: Option, dice: Dice): string {
  if (dice.oneIn(3)) return dice.pick([...garbage, ...numbers]);
  if (option.type === 'choice') return dice.pick(option.choices);
  if (option.type === 'number')
    return String(dice.pick([option.from, option.to, option.from + 1, option.default ?? 1]));
  return dice.pick(['a.json', 'Once upon', '-', 'true', '3']);
}

/** An option and its value in one of its spellings. */
function option(table: OptionTable, dice: Dice): string[] {
  const [key, declared] = dice.pick(Object.entries(table));
  const name = kebab(key);
  const spelled = dice.oneIn(20) ? dice.pick([name.slice(1), `${name}s`, name.toUpperCase()]) : name;
  const dashed = declared.alias && dice.oneIn(2) ? `-${declared.alias}` : `--${spelled}`;
  if (declared.type === 'flag' && !dice.oneIn(10)) return [dashed];
  const text = value(declared, dice);
  const ways = [[dashed, text], [`${dashed}=${text}`], [dashed + text], [dashed], [dashed, text, dashed, text]];
  return ways[Math.max(0, dice.below(13) - 8)];
}

function make(dice: Dice): string[] {
  if (dice.oneIn(50)) return dice.several(1, 5, () => dice.pick([...garbage, ...commandNames]));
  const command = dice.pick(declarations);
  const { name } = command;
  const table = allOptions(command);
  const words = dice
    .several(0, 2, () => 'file.txt')
    .filter(() => ['train', 'eval', 'score'].includes(name) || dice.oneIn(10));
  // Help is slow to format, and a few requests test as much as many.
  const others = dice.oneIn(300)
    ? ['--help']
    : dice.several(0, 1, () => dice.pick(garbage)).filter(() => dice.oneIn(4));
  const parts: (readonly string[])[] = dice.several(0, 4, () => option(table, dice));
  for (const word of [...words, 'a', ...others]) {
    parts.splice(dice.below(parts.length + 1), 0, [word]);
  }
  return [name, ...parts.flat()].map((arg) => arg.replaceAll('\0', ''));
}

/** Reads arguments as `cli.ts` and the commands do, without doing the work. */
async function check(args: readonly string[]): Promise<string> {
  try {
    const { command, words, typed, wantsHelp } = parse(args, declarations);
    if (wantsHelp) {
      assert.ok(
        args.some((arg) => /^-(-help|\w*h)/.test(arg)),
        'help without a request',
      );
      return 'help';
    }
    const table = allOptions(command);
    const values = valuesOf(table, typed);
    checkValues(table, values);
    for (const key of Object.keys(givenOf(table, typed))) {
      assert.ok(wasTyped(kebab(key), table[key], args), `--${kebab(key)} is given`);
    }
    if (command.name === 'train') intervalIn(String(values.saveEvery));
    checkNames(table, args);
    for (const argument of command.arguments) checkWords(argument, words[argument.name], args);
    return 'accepted';
  } catch (error) {
    if (error instanceof CharrnnError) assert.equal(error.exitCode, 2);
    throw error;
  }
}

const wasTyped = (name: string, { alias }: Option, args: readonly string[]): boolean =>
  args.some((arg) => arg.startsWith(`--${name}`) || (alias !== undefined && /^-[^-]/.test(arg) && arg.includes(alias)));

/** Checks that every option that was typed exists. */
function checkNames(table: OptionTable, args: readonly string[]): void {
  const end = args.indexOf('--');
  const names = ['help', ...Object.keys(table).map(kebab)];
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = /^--(?!-)([^=]+)/.exec(arg)?.[1];
    if (name !== undefined) assert.ok(names.includes(name), `--${name} is accepted`);
  }
}

/** Checks that every value is one that its declaration allows. */
function checkValues(table: OptionTable, values: Readonly<Record<string, unknown>>): void {
  for (const [key, option] of Object.entries(table)) {
    const value = values[key];
    const where = `${key} is ${value}`;
    if (value === undefined) assert.equal(option.default, undefined, where);
    else if (option.type === 'flag') assert.equal(typeof value, 'boolean', where);
    else if (option.type === 'text') assert.equal(typeof value, 'string', where);
    else if (option.type === 'texts') assert.ok(Array.isArray(value), where);
    else if (option.type === 'choice')
      assert.ok(
        option.choices.some((choice) => choice === value),
        where,
      );
    else {
      assert.ok(typeof value === 'number' && value >= option.from && value <= option.to, where);
      assert.ok(!option.integer || Number.isSafeInteger(value), where);
    }
  }
}

/** Checks that the words of an argument are words that were typed. */
function checkWords({ name, optional, repeated }: Argument, words: readonly string[], args: readonly string[]): void {
  if (words.length === 0) assert.ok(optional || args.includes('--print-config'), name);
  assert.ok(repeated || words.length <= 1, `${words} for ${name}`);
  for (const word of words) assert.ok(typeof word === 'string' && args.includes(word), `the word ${word}`);
}

export const commandLines: Target<string[]> = {
  name: 'options',
  isQuoted: true,
  make,
  check,
  bytes: (args) => Buffer.from(JSON.stringify(args)),
};
