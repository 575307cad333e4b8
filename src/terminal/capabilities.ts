import chalk, { Chalk, type ChalkInstance, chalkStderr } from 'chalk';

/** chalk knows terminals and FORCE_COLOR, but not NO_COLOR. */
const isOff = Boolean(process.env.NO_COLOR) && process.env.FORCE_COLOR === undefined;
const plain = new Chalk({ level: 0 });

/** Colours for standard error. */
export const colour: ChalkInstance = isOff ? plain : chalkStderr;
/** Colours for standard output. */
export const outputColour: ChalkInstance = isOff ? plain : chalk;

/** Whether drawings may go beyond ASCII: the locale allows it, or none is set. */
export function isUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  const { LC_ALL, LC_CTYPE, LANG, TERM } = env;
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8';
  return /utf-?8/i.test(locale) && TERM !== 'linux' && TERM !== 'dumb';
}

/** Whether standard error can show a changing line. A terminal without a size has 0 columns, which ora cannot fill. */
export function isLive(): boolean {
  const { isTTY, columns } = process.stderr;
  return isTTY && columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
}
