// Vectors that a model can be conditioned on, from files: NumPy's .npy, CSV, or JSON lines.

import { extname } from 'node:path';
import { CharrnnError } from '../errors.js';
import { formatCount, shownName } from '../format.js';
import { linesOf } from './lines.js';
import { readNpy } from './npy.js';
import { file } from './sources.js';
import { RowCollector, type Vectors } from './vector-rows.js';

export type { Vectors } from './vector-rows.js';

/** Returns the numbers of a line; undefined for a line of names. @param place for messages */
type RowReader = (line: string, place: string) => readonly number[] | undefined;

/** How a line is read, by the extension of its file. */
const rowReaders: Readonly<Record<string, () => RowReader>> = {
  '.csv': separatedValues,
  '.tsv': separatedValues,
  '.jsonl': () => jsonList,
  '.ndjson': () => jsonList,
  '.json': () => jsonList,
};

/**
 * Reads an array of vectors into shared memory. The extension says how: .npy; .csv or .tsv, one vector per line, after a
 * line of names if there is one; .jsonl, .ndjson or .json, one list of numbers per line.
 *
 * @throws CharrnnError if it is not such a file, is empty or uneven, or has a number that is not finite
 */
export async function readVectors(path: string): Promise<Vectors> {
  const extension = extname(path).toLowerCase();
  if (extension === '.npy') return readNpy(path);
  const reader = Object.hasOwn(rowReaders, extension) ? rowReaders[extension] : undefined;
  if (reader) return readRows(path, reader());
  const known = ['.npy', ...Object.keys(rowReaders)].join(', ');
  throw new CharrnnError(`${shownName(path)}: vectors are read from ${known}; rename it, or write one of these`);
}

async function readRows(path: string, read: RowReader): Promise<Vectors> {
  const name = shownName(path);
  const rows = new RowCollector(name);
  let blank: number | undefined;
  for await (const { first, lines } of linesOf([file(path)], 'write one vector per line')) {
    for (let i = 0; i < lines.length; i++) {
      const number = first + i;
      const line = Buffer.from(lines[i])
        .toString()
        .replace(/^\ufeff|\r$/g, '');
      if (line.trim() === '') {
        blank ??= number;
        continue;
      }
      // At the end of a file, blank lines are harmless; elsewhere a vector may be missing.
      if (blank !== undefined) throw new CharrnnError(`${name}: line ${formatCount(blank)} is blank; remove it`);
      const row = read(line, `${name}: line ${formatCount(number)}`);
      if (row) rows.add(row, number);
    }
  }
  return rows.vectors();
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Reads lines separated as the first one is: by tabs, else by semicolons, else by commas. */
function separatedValues(): RowReader {
  let separator: string | undefined;
  return (line, place) => {
    const isFirst = separator === undefined;
    separator ??= ['\t', ';'].find((character) => line.includes(character)) ?? ',';
    const cells = line.split(separator).map((cell) => /^\s*("?)(.*?)\1\s*$/s.exec(cell)?.[2] ?? '');
    if (isFirst && cells.every((cell) => !NUMBER.test(cell) && !NOT_FINITE.test(cell))) return undefined;
    return cells.map((cell, i) => {
      if (NUMBER.test(cell)) return Number(cell);
      const fault = `column ${formatCount(i + 1)}: ${quoted(cell)} is not a finite number`;
      throw new CharrnnError(`${place}, ${fault}; write numbers as in -0.5 or 1e-3`);
    });
  };
}

function jsonList(line: string, place: string): readonly number[] {
  const list = listIn(line);
  if (list?.every((value) => typeof value === 'number')) return list;
  const fault = `${quoted(line)} is not a list of finite numbers`;
  throw new CharrnnError(
    `${place}: ${fault}; write one list per line, as in [0.5, -1] (jq -c '.[]' breaks up a list of lists)`,
  );
}

function listIn(line: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
