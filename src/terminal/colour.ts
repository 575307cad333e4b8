import chalk, { Chalk, type ChalkInstance, chalkStderr } from 'chalk';

/** chalk knows terminals and FORCE_COLOR, but not NO_COLOR. */
const isOff = Boolean(process.env.NO_COLOR) && process.env.FORCE_COLOR === undefined;
const plain = new Chalk({ level: 0 });

/** Colours for what goes to standard error. */
export const colour: ChalkInstance = isOff ? plain : chalkStderr;
/** Colours for what goes to standard output. */
export const outputColour: ChalkInstance = isOff ? plain : chalk;
