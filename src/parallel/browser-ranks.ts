// In a browser there are no ranks: this file takes the place of `ranks.ts`.

import type { Ranks } from './team.js';

export function ranksOf(): Ranks {
  throw new Error('a browser starts no ranks');
}
