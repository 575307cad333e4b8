// Files of examples: lines `label⇥text` or `source⇥target`, or one JSON object for each line.

import { isUtf8 } from 'node:buffer';
import { dirname, join } from 'node:path';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { counted, formatCount, shownName, someOf } from '../format.js';
import type { Encoding } from '../options/training-options.js';
import type { Frames } from './examples.js';
import { exampleLine, linesOf } from './lines.js';
import { framesOf, type RawExamples, RawLabels, RawTexts } from './raw-examples.js';
import { findSources } from './sources.js';
import { readVectors } from './vector-files.js';

/** The members of a line, by task. */
const sides = {
  label: ['label', 'text'],
  describe: ['label', 'text'],
  translate: ['source', 'target'],
} as const;

export interface ExampleSettings {
  readonly task: keyof typeof sides;
  readonly encoding: Encoding;
  /** Symbols that a text may have; the rest of a longer one is left out. Undefined: any number. */
  readonly truncate?: number | undefined;
  /** Whether what is read are films: each text to read is the path of a file of vectors, one for each frame. */
  readonly areFilms?: boolean;
  /** Vectors that stand in place of the labels, one for each line of text. */
  readonly vectors?: { readonly path: string; readonly count: number; readonly values: Float32Array } | undefined;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice?: ((message: Message) => void) | undefined;
}

/** Reads films. @throws CharrnnError when a file cannot be read, or its vectors have another width */
async function readFilms(paths: readonly { readonly path: string; readonly where: string }[]): Promise<Frames> {
  const films: Frames[] = [];
  for (const { path, where } of paths) {
    const { count, width, values } = await readVectors(path);
    const first = films[0]?.width ?? width;
    if (width !== first) {
      const others = `those before it have ${formatCount(first)}`;
      throw new CharrnnError(`${where}: vectors of ${formatCount(width)} numbers, ${others}; give films of one width`);
    }
    films.push({ values, width, ends: Uint32Array.of(count) });
  }
  return framesOf(films);
}

/**
 * Reads examples from files, folders, globs or `-`.
 * @throws CharrnnError at a line that is no example of the task, with its number
 */
export async function readExamples(args: readonly string[], settings: ExampleSettings): Promise<RawExamples> {
  const { task, encoding, vectors, stdin, truncate, areFilms = false, onNotice = () => {} } = settings;
  const sources = await findSources(args, { encoding, stdin, onNotice, isReadOnce: true });
  const labels = new RawLabels();
  const [read, written] = [new RawTexts(), new RawTexts()];
  const films: { readonly path: string; readonly where: string }[] = [];
  let count = 0;
  let truncated = 0;
  const cut = (text: string): string => {
    const characters = truncate === undefined || text.length <= truncate ? [] : Array.from(text);
    if (truncate === undefined || characters.length <= truncate) return text;
    truncated++;
    return characters.slice(0, truncate).join('');
  };
  for await (const { source, first, lines } of linesOf(sources)) {
    lines.forEach((bytes, i) => {
      const where = `${source}: line ${formatCount(first + i)}`;
      const text = decoded(bytes, encoding, where, first + i === 1);
      if (text === '') return;
      const [before, after] = vectors ? ['', text] : sidesOf(text, task, where);
      const toRead = task === 'translate' ? before : task === 'label' ? after : undefined;
      if (toRead !== undefined && areFilms) films.push({ path: join(dirname(source), toRead), where });
      else if (toRead !== undefined) read.add(cut(toRead));
      if (task !== 'translate') labels.add(before);
      if (task !== 'label') written.add(cut(after));
      count++;
    });
  }
  const names = sources.map(({ name }) => name);
  if (count === 0) throw new CharrnnError(`${someOf(names, 3)}: no examples; give lines such as ${shape(task)}`);
  if (vectors && vectors.count !== count) {
    const found = counted(vectors.count, 'vector');
    const texts = `${someOf(names, 3)} has ${formatCount(count)} texts`;
    throw new CharrnnError(`${shownName(vectors.path)}: ${found}, but ${texts}; give one vector for each line`, 2);
  }
  if (truncated > 0) onNotice(`${formatCount(truncated)} of ${formatCount(count)} texts are longer and were truncated`);
  return {
    ...{ task, sources: names, count, vectors: vectors?.values, truncated },
    labels: task === 'translate' || vectors ? undefined : labels,
    read: task === 'describe' || areFilms ? undefined : read,
    frames: areFilms ? await readFilms(films) : undefined,
    written: task === 'label' ? undefined : written,
  };
}

function decoded(bytes: Uint8Array, encoding: Encoding, where: string, isFirst: boolean): string {
  const own = exampleLine(bytes, isFirst, encoding);
  const buffer = Buffer.from(own.buffer, own.byteOffset, own.length);
  if (encoding === 'latin1') return buffer.toString('latin1');
  if (!isUtf8(buffer)) {
    throw new CharrnnError(line`${where}: invalid UTF-8; re-encode it, or read it with ${option('encoding')} latin1`);
  }
  return buffer.toString('utf8');
}

const shape = (task: ExampleSettings['task']): string => {
  const [left, right] = sides[task];
  return `${left}<tab>${right}`;
};

/** Splits a line: a JSON object if it begins with a brace, otherwise at its tab. */
function sidesOf(text: string, task: ExampleSettings['task'], where: string): readonly [string, string] {
  const [left, right] = sides[task];
  if (text.startsWith('{')) {
    const object = parsed(text, where);
    const member = (name: string): string => {
      const value = object[name];
      if (typeof value === 'string' && value.includes('\n')) {
        throw new CharrnnError(`${where}: ${name} has a line feed, which ends a text; replace it`);
      }
      if (typeof value === 'string' && value !== '') return value;
      const fault = value === undefined ? 'is missing' : value === '' ? 'is empty' : 'is not a string';
      throw new CharrnnError(`${where}: ${name} ${fault}; give an object with ${left} and ${right}`);
    };
    return [member(left), member(right)];
  }
  const tab = text.indexOf('\t');
  if (tab < 0) throw new CharrnnError(`${where}: has no tab; give ${shape(task)}`);
  if (task === 'translate' && text.includes('\t', tab + 1)) {
    throw new CharrnnError(`${where}: has more than one tab; give ${shape(task)}`);
  }
  const [before, after] = [text.slice(0, tab), text.slice(tab + 1)];
  if (before === '') throw new CharrnnError(`${where}: nothing before the tab; give ${shape(task)}`);
  if (after === '') throw new CharrnnError(`${where}: nothing after the tab; give ${shape(task)}`);
  return [before, after];
}

function parsed(text: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw new CharrnnError(`${where}: begins with { but is not JSON; correct it`);
  }
}
