// Options from a file: a JSON object whose members are named as the options of the command.

import { CharrnnError, type ExitCode } from '../errors.js';
import type { Option, OptionTable } from '../options/option.js';
import { type Command, commonOptions, type Parsed } from './command.js';
import { nearest } from './spelling.js';
import { readValue, refuseUnknown, valuesOf } from './values.js';

/**
 * The command line with the options of a file beside those that were typed, as if they had been typed too. Members that
 * are null, and flags that are false, are as good as not there.
 * @param path of the file, - for standard input
 * @throws CharrnnError one line with file and member
 */
export async function withConfig(path: string, table: OptionTable, parsed: Parsed): Promise<Parsed> {
  const name = path === '-' ? 'standard input' : path;
  const members = Object.entries(objectIn(name, await readText(name, path)));
  const given = members.map(([key, value]) => [key, typedFor(name, table, key, value)] as const);
  return { ...Object.fromEntries(given.filter(([, typed]) => typed !== undefined)), ...parsed };
}

/** The values of all options of a command, as `withConfig` reads them: null where the command chooses. */
export function configText(table: OptionTable, parsed: Parsed): string {
  const values = Object.entries(valuesOf(table, parsed)).map(([name, value]) => {
    const option = table[name];
    const isChosen = option.type === 'number' && option.chosen && !(name in parsed);
    return [name, isChosen ? null : (value ?? null)];
  });
  return JSON.stringify(Object.fromEntries(values), null, 2);
}

async function readText(name: string, path: string): Promise<string> {
  const [{ readFile }, { text }] = await Promise.all([import('node:fs/promises'), import('node:stream/consumers')]);
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fault = { ENOENT: 'no such file', EISDIR: 'is a folder', EACCES: 'permission denied' }[code ?? ''];
    throw new CharrnnError(`${name}: ${fault ?? `cannot be read (${code})`}; --config needs a JSON file`);
  }
}

function objectIn(name: string, json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CharrnnError(`${name}: not JSON (${(error as Error).message})`, 2);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new CharrnnError(`${name}: must be a JSON object, as --print-config writes it`, 2);
}

/** What one would type for a member, or undefined where that is nothing. */
function typedFor(
  name: string,
  table: OptionTable,
  key: string,
  value: unknown,
): string | true | readonly string[] | undefined {
  if (!Object.hasOwn(table, key)) {
    const meant = nearest(key, Object.keys(table));
    throw new CharrnnError(`${name}: ${key}: unknown option${meant ? `; did you mean ${meant}?` : ''}`, 2);
  }
  const option = table[key];
  const isOptional = option.default === undefined || (option.type === 'number' && option.chosen);
  if (value === null && isOptional) return undefined;
  if (option.type === 'texts') {
    if (Array.isArray(value) && value.every((text) => typeof text === 'string'))
      return value.length > 0 ? value : undefined;
    throw new CharrnnError(`${name}: ${key} ${JSON.stringify(value)}: must be a list of texts in quotes`, 2);
  }
  const needed = typeOf(option);
  if (typeof value !== needed) {
    throw new CharrnnError(`${name}: ${key} ${JSON.stringify(value)}: must be ${words[needed]}`, 2);
  }
  if (value === false) return undefined;
  if (value === true) return true;
  readValue(`${name}: ${key}`, option, value);
  return String(value);
}

const words = { number: 'a number', string: 'a text in quotes', boolean: 'true or false' };

function typeOf({ type }: Option): keyof typeof words {
  if (type === 'number') return 'number';
  return type === 'flag' ? 'boolean' : 'string';
}

/** Does what all commands have in common, and then what the command itself does. */
export async function runCommand(command: Command, parsed: Parsed): Promise<ExitCode> {
  refuseUnknown({ ...command.options, ...commonOptions }, Object.keys(command.arguments), parsed);
  const common = valuesOf(commonOptions, parsed);
  if (common['no-color']) turnColoursOff();
  const own = Object.entries(parsed).filter(([name]) => !(name in commonOptions));
  let options: Parsed = Object.fromEntries(own);
  if (common.config !== undefined) {
    const { withConfig } = await import('./config.js');
    options = await withConfig(common.config, command.options, options);
  }
  if (!common['print-config']) return command.handler(options);
  const [{ configText }, { writeLines }] = await Promise.all([import('./config.js'), import('../terminal/output.js')]);
  await writeLines([configText(command.options, options)]);
  return 0;
}

/** For every package that colours anything; none of them is loaded yet. */
function turnColoursOff(): void {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}
