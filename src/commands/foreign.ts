import { CharrnnError } from '../errors.js';

/** Letters behind one dash are that many options, for which yargs takes the square of their number in time. */
const TOO_MANY_LETTERS = /^-\w{64,}/;

/** Names that yargs has for itself. */
const RESERVED = ['_', '$0', 'get-yargs-completions'];

/**
 * Refuses options that yargs would not hand to `refuseUnknown`: it looks names up in plain objects, and fails at what
 * those inherit (`--toString`); some it has for itself; and `--corpus=x` it would drop where words are the corpus.
 * @param positionals names of the arguments that the command takes without an option
 * @throws CharrnnError usage
 */
export function refuseForeign(args: readonly string[], positionals: readonly string[]): void {
  const isForeign = (name = ''): boolean =>
    name in Object.prototype || RESERVED.includes(name) || positionals.includes(name);
  const foreign = args.map((arg) => /^--([^=]+)/.exec(arg)?.[1]).find(isForeign);
  if (foreign !== undefined) throw new CharrnnError(`--${foreign}: unknown option`, 2);
  const long = args.find((arg) => TOO_MANY_LETTERS.test(arg));
  if (long) throw new CharrnnError(`${long.slice(0, 20)}…: too many letters behind one dash; join a value by =`, 2);
}
