// The tables of errors in docs/reliability.md.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ErrorRow {
  /** The message as it is in the table, with placeholders in angle brackets. */
  readonly line: string;
  /** An exit code, or the kind of a notice. */
  readonly code: string;
  /** The constant texts between the placeholders. */
  readonly constants: readonly string[];
}

const PLACEHOLDER = /<[^>]+>/;
const page = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

export const errorRows: readonly ErrorRow[] = readFileSync(page, 'utf8')
  .split('\n')
  .map((line) => /^\| `(.+)` \| (\w+) \| .+ \|$/.exec(line) ?? [])
  .filter(([row]) => row !== undefined)
  .map(([, line, code]) => ({ line, code, constants: line.split(PLACEHOLDER) }));

/** The row that matches a message; if several do, the one with the longest constant texts. */
export function rowOf(said: string): ErrorRow | undefined {
  const fits = errorRows.filter(({ constants }) => {
    const pattern = constants.map((constant) => constant.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+');
    return new RegExp(`^${pattern}$`, 'u').test(said);
  });
  const common = ({ constants }: ErrorRow): number => constants.join('').length;
  return fits.sort((a, b) => common(b) - common(a))[0];
}
