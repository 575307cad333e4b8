// Command lines made of real options, real values, and what fingers and scripts put between them.

import assert from 'node:assert/strict';
import { commonOptions } from '../../src/commands/command.js';
import { registry } from '../../src/commands/declarations.js';
import { parse } from '../../src/commands/parser.js';
import { givenOptions, refuseUnknown, valuesOf } from '../../src/commands/values.js';
import { CharrnnError } from '../../src/errors.js';
import type { Option, OptionTable } from '../../src/options/option.js';
import { intervalOf } from '../../src/training/schedule.js';
import { numbers } from './bytes.js';
import type { Target } from './cases.js';
import type { Dice } from './dice.js';

/** Every command that there is, and all that it takes. */
const commands: Readonly<Record<string, { readonly table: OptionTable; readonly positionals: readonly string[] }>> =
  Object.fromEntries(
    await Promise.all(
      registry.map(async ({ name, load }) => {
        const command = await load();
        const positionals = Object.keys(command.arguments);
        return [name, { table: { ...command.options, ...commonOptions }, positionals }];
      }),
    ),
  );
const commandNames = Object.keys(commands);

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

/** A value that an option takes, or might. */
function value(option: Option, dice: Dice): string {
  if (dice.oneIn(3)) return dice.pick([...garbage, ...numbers]);
  if (option.type === 'choice') return dice.pick(option.choices);
  if (option.type === 'number')
    return String(dice.pick([option.from, option.to, option.from + 1, option.default ?? 1]));
  return dice.pick(['a.json', 'Once upon', '-', 'true', '3']);
}

/** An option with a value in one of the ways to write it. */
function option(table: OptionTable, dice: Dice): string[] {
  const [name, declared] = dice.pick(Object.entries(table));
  const spelled = dice.oneIn(20) ? dice.pick([name.slice(1), `${name}s`, name.toUpperCase()]) : name;
  const dashed = declared.alias && dice.oneIn(2) ? `-${declared.alias}` : `--${spelled}`;
  if (declared.type === 'flag' && !dice.oneIn(10)) return [dashed];
  const text = value(declared, dice);
  const ways = [[dashed, text], [`${dashed}=${text}`], [dashed + text], [dashed], [dashed, text, dashed, text]];
  return ways[Math.max(0, dice.below(13) - 8)];
}

function make(dice: Dice): string[] {
  if (dice.oneIn(50)) return dice.several(1, 5, () => dice.pick([...garbage, ...commandNames]));
  const name = dice.pick(commandNames);
  const { table } = commands[name];
  const words = dice
    .several(0, 2, () => 'file.txt')
    .filter(() => ['train', 'eval', 'score'].includes(name) || dice.oneIn(10));
  // Help is laid out slowly, and once is as good as often.
  const others = dice.oneIn(300)
    ? ['--help']
    : dice.several(0, 1, () => dice.pick(garbage)).filter(() => dice.oneIn(4));
  const parts: (readonly string[])[] = dice.several(0, 4, () => option(table, dice));
  for (const word of [...words, 'a', ...others]) {
    parts.splice(dice.below(parts.length + 1), 0, [word]);
  }
  return [name, ...parts.flat()].map((arg) => arg.replaceAll('\0', ''));
}

/** As `cli.ts` and the commands read their arguments, up to the work. */
async function check(args: readonly string[]): Promise<string> {
  try {
    const typed = await parse(args, 80, '1.2.3');
    if (typed.kind === 'help') {
      assert.ok(
        args.some((arg) => /^-(-help|-version|\w*h)/.test(arg)),
        `help that nobody asked for: ${typed.text}`,
      );
      return 'help or version';
    }
    const { table, positionals } = commands[typed.entry.name];
    refuseUnknown(table, positionals, typed.parsed);
    checkValues(table, valuesOf(table, typed.parsed));
    for (const name of givenOptions(table, typed.parsed))
      assert.ok(wasTyped(name, table[name], args), `--${name} is given`);
    if (typed.entry.name === 'train') intervalOf('save-every', String(valuesOf(table, typed.parsed)['save-every']));
    checkNames(table, args);
    for (const name of positionals) checkWords(typed.entry.command, name, typed.parsed[name], args);
    return 'accepted';
  } catch (error) {
    if (error instanceof CharrnnError) assert.equal(error.exitCode, 2);
    throw error;
  }
}

const wasTyped = (name: string, { alias }: Option, args: readonly string[]): boolean =>
  args.some((arg) => arg.startsWith(`--${name}`) || (alias !== undefined && /^-[^-]/.test(arg) && arg.includes(alias)));

/** Every option that was typed is one that there is. */
function checkNames(table: OptionTable, args: readonly string[]): void {
  const end = args.indexOf('--');
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const name = /^--(?!-)([^=]+)/.exec(arg)?.[1];
    if (name !== undefined)
      assert.ok(Object.hasOwn(table, name) || ['help', 'version'].includes(name), `--${name} is accepted`);
  }
}

/** Every value is what its declaration allows. */
function checkValues(table: OptionTable, values: Readonly<Record<string, unknown>>): void {
  for (const [name, option] of Object.entries(table)) {
    const value = values[name];
    const where = `--${name} is ${value}`;
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

/** The words without an option are what was typed, each on its own. */
function checkWords(command: string, name: string, found: unknown, args: readonly string[]): void {
  if (found === undefined) assert.ok(command.includes(`[${name}`) || args.includes('--print-config'));
  const words = Array.isArray(found) ? found : found === undefined ? [] : [found];
  assert.ok(Array.isArray(found) === command.includes(`${name}..`) || found === undefined, `${found} for ${command}`);
  for (const word of words) assert.ok(typeof word === 'string' && args.includes(word), `the word ${word}`);
}

export const commandLines: Target<string[]> = {
  name: 'options',
  isQuoted: true,
  make,
  check,
  bytes: (args) => Buffer.from(JSON.stringify(args)),
};
