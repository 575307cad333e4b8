import { log } from '../mathematics.js';

/** Code points of Unicode. */
const CODE_POINTS = 0x110000;

/**
 * Nats that a character costs which the vocabulary lacks and for which it has no unknown symbol: any of Unicode's
 * 1,114,112 code points with equal probability, some 20 bits. The model does not read such a character: what follows
 * is predicted from what stood before it. Where there is an unknown symbol, the character costs what that symbol does.
 */
export const UNKNOWN_NATS = log(CODE_POINTS);
