// From the words of a command line, and the file of --config, to the command that runs.

import { CharrnnError, type ExitCode } from '../errors.js';
import { userError } from '../files/system-errors.js';
import { nearest, shownName, visibleJson } from '../format.js';
import { kebab, type Option, type OptionTable } from '../options/option.js';
import { columns, writeLines } from '../terminal/output.js';
import { readText } from '../text/decode.js';
import { commonOptions, type Declaration, type Typed } from './command.js';
import { commandHelp } from './help.js';
import { commandCalled, parse } from './parser.js';
import { readValue, valuesOf } from './values.js';

/** Reads a command line and runs the command that it names. @throws CharrnnError */
export async function runCommandLine(args: readonly string[], commands: readonly Declaration[]): Promise<ExitCode> {
  const [first, second] = args;
  if (first === 'help') return printHelp(commandCalled(second, commands));
  const { command, words, typed: all, wantsHelp } = parse(args, commands);
  if (wantsHelp) return printHelp(command);
  const common = valuesOf(commonOptions, all);
  if (common.noColor) turnColoursOff();
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => !(key in commonOptions)));
  const typed = common.config === undefined ? own : await withConfig(common.config, command.options, own);
  if (common.printConfig) return print(configText(command.options, typed));
  const handler = await command.load();
  return handler({ words, typed, commands });
}

const printHelp = (command: Declaration): Promise<ExitCode> => print(...commandHelp(command, columns(120)));

async function print(...lines: string[]): Promise<ExitCode> {
  await writeLines(lines);
  return 0;
}

/** Turns colours off in every package that uses them; none of them is loaded yet. */
function turnColoursOff(): void {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}

// --- Options from a file: a JSON object whose members have the names of the command's options ---

/**
 * Returns the typed options, plus the options of a file as if they had been typed; typed ones take precedence. Members
 * that are null and flags that are false count as absent.
 * @param path the file, or - for standard input
 * @throws CharrnnError with file and member
 */
export async function withConfig(path: string, table: OptionTable, typed: Typed): Promise<Typed> {
  const name = path === '-' ? 'standard input' : path;
  const keys = new Map(Object.keys(table).map((key) => [kebab(key), key]));
  const members = Object.entries(objectIn(name, await readText(path, readFault)));
  const given = members.flatMap(([member, value]) => {
    const key = keys.get(member);
    if (key === undefined) throw unknown(name, member, [...keys.keys()]);
    const typed = typedFor(`${name}: ${member}`, table[key], value);
    return typed === undefined ? [] : [[key, typed] as const];
  });
  return { ...Object.fromEntries(given), ...typed };
}

/** Formats the values of all options of a command as `withConfig` reads them; null where the command chooses. */
export function configText(table: OptionTable, typed: Typed): string {
  const values = Object.entries(valuesOf(table, typed)).map(([key, value]) => {
    const option = table[key];
    const isChosen = option.type === 'number' && option.chosen && !(key in typed);
    return [kebab(key), isChosen ? null : (value ?? null)];
  });
  const lines = JSON.stringify(Object.fromEntries(values), null, 2).split('\n');
  return lines.map(visibleJson).join('\n');
}

const readFault = (path: string, error: unknown): unknown =>
  userError(shownName(path), error, 'give the path of a configuration file');

function objectIn(name: string, json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new CharrnnError(`${name}: not JSON (${(error as Error).message})`, 2);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new CharrnnError(`${name}: must be a JSON object, as --print-config writes it`, 2);
}

function unknown(name: string, member: string, known: readonly string[]): CharrnnError {
  const meant = nearest(member, known);
  return new CharrnnError(`${name}: ${member}: unknown option${meant ? `; did you mean ${meant}?` : ''}`, 2);
}

/** Converts a member to what would be typed for it, or undefined for nothing. */
function typedFor(subject: string, option: Option, value: unknown): Typed[string] | undefined {
  const isOptional = option.default === undefined || (option.type === 'number' && option.chosen);
  if (value === null && isOptional) return undefined;
  const refuse = (needed: string): never => {
    throw new CharrnnError(`${subject} ${JSON.stringify(value)}: must be ${needed}`, 2);
  };
  if (option.type === 'texts') {
    const isList = Array.isArray(value) && value.every((text) => typeof text === 'string');
    if (!isList) return refuse('a list of strings');
    return value.length > 0 ? value : undefined;
  }
  const needed = typeOf(option);
  if (typeof value !== needed) return refuse(words[needed]);
  if (typeof value === 'boolean') return value || undefined;
  const typed = String(value);
  readValue(subject, option, typed);
  return typed;
}

const words = { number: 'a number', string: 'a string', boolean: 'true or false' };

function typeOf({ type }: Option): keyof typeof words {
  if (type === 'number') return 'number';
  return type === 'flag' ? 'boolean' : 'string';
}
