import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, type Message } from '../errors.js';
import { counted, formatCount } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { inOrder, Workers } from '../parallel/workers.js';
import { shareable } from '../sampling/parallel-sample.js';
import { textOf } from '../text/decode.js';
import { exampleLine, type LineBlock, linesOf } from '../text/lines.js';
import { findSources } from '../text/sources.js';
import { type FilmBlock, filmsOf } from './film-lines.js';
import type { TranslatingData, TranslatingProcedures } from './translate-worker.js';
import { LONGEST_SOURCE, requireTranslator, type Translation } from './translator.js';

/** Lines that a worker translates at a time. */
const BLOCK = 256;

export interface TranslatedLine extends Translation {
  readonly file: string;
  /** Line number in the file, from 1. */
  readonly line: number;
  readonly source: string;
}

export interface TranslateSettings {
  readonly checkpoint: Checkpoint;
  /** Answers kept at each step of the search; 1 takes the likeliest character each time. Default: 1. */
  readonly beam: number;
  /** Maximum number of characters of an answer, at which it is cut. Default: 1000. */
  readonly length: number;
  /** Default: the available cores. Does not affect the answers. */
  readonly threads?: number | undefined;
  readonly backend: BackendName;
}

export interface TranslateRequest extends TranslateSettings {
  /** Files, folders, globs or `-`. */
  readonly files: readonly string[];
  readonly encoding: Encoding;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
}

/**
 * Translates every line of some texts in order, some lines at a time. Memory use does not grow with the texts. If the
 * model reads films, a line is the path of one.
 * @throws CharrnnError when the model does not translate, or a line is too long
 */
export async function* translate(request: TranslateRequest): AsyncGenerator<TranslatedLine[]> {
  const { files, encoding, stdin, onNotice } = request;
  requireTranslator(request.checkpoint);
  const { features } = request.checkpoint.model.task ?? {};
  const sources = await findSources(files, { encoding, stdin, onNotice, isReadOnce: true });
  const lines =
    features === undefined ? sourceLines(linesOf(sources), encoding) : filmLines(filmsOf(sources, features, encoding));
  yield* translateBlocks(lines, request);
}

/**
 * Translates texts, or films (frames · F), that are in memory, each to the answer that `translate` finds.
 * @param name of all sources, for messages
 * @throws CharrnnError when the model does not translate, or a source is too long
 */
export async function translateSources(
  sources: readonly (string | Float32Array)[],
  name: string,
  settings: TranslateSettings,
): Promise<string[]> {
  requireTranslator(settings.checkpoint);
  const answers: string[] = [];
  for await (const block of translateBlocks(blocksOf(sources, name), settings)) {
    for (const { text } of block) answers.push(text);
  }
  return answers;
}

async function* blocksOf(sources: readonly (string | Float32Array)[], file: string): AsyncGenerator<SourceLine[]> {
  for (let from = 0; from < sources.length; from += BLOCK) {
    yield sources.slice(from, from + BLOCK).map((own, i) => {
      const line = from + i + 1;
      return typeof own === 'string' ? { file, line, source: own } : { file, line, source: '', film: own };
    });
  }
}

async function* translateBlocks(
  blocks: AsyncIterable<SourceLine[]>,
  { checkpoint, beam, length, backend, threads = availableParallelism() }: TranslateSettings,
): AsyncGenerator<TranslatedLine[]> {
  backendsByName[backend].share();
  const data: TranslatingData = { checkpoint: shareable(checkpoint), beam, length, backend };
  const workers = new Workers<TranslatingProcedures>(new URL('./translate-worker.js', import.meta.url), threads, data);
  const work = async (lines: readonly SourceLine[]): Promise<TranslatedLine[]> => {
    for (const { file, line, source, film } of lines) {
      const where = `${file}: line ${formatCount(line)}`;
      if (film) checkLength(film.length / (checkpoint.model.task?.features ?? 1), 'frame', where);
      else if (source.length > LONGEST_SOURCE) checkLength(Array.from(source).length, 'character', where);
    }
    const translations = await workers.any(
      'translate',
      lines.map(({ source, film }) => film ?? source),
    );
    return lines.map(({ file, line, source }, i) => ({ file, line, source, ...translations[i] }));
  };
  try {
    yield* inOrder(blocks, work, 2 * threads);
  } finally {
    await workers.close();
  }
}

/** A line to translate; if it names a film, with the film's vectors (frames · F). */
interface SourceLine extends Pick<TranslatedLine, 'file' | 'line' | 'source'> {
  readonly film?: Float32Array;
}

async function* filmLines(blocks: AsyncIterable<FilmBlock>): AsyncGenerator<SourceLine[]> {
  for await (const { source: file, first, paths, films } of blocks) {
    yield paths.map((source, i) => ({ file, line: first + i, source, film: films[i] }));
  }
}

/** Decodes lines as training does, and divides long blocks so that there is work for every thread. */
async function* sourceLines(blocks: AsyncIterable<LineBlock>, encoding: Encoding): AsyncGenerator<SourceLine[]> {
  for await (const { source: file, first, lines } of blocks) {
    for (let from = 0; from < lines.length; from += BLOCK) {
      yield lines.slice(from, from + BLOCK).map((bytes, i) => {
        const line = first + from + i;
        return { file, line, source: textOf(exampleLine(bytes, line === 1, encoding), encoding) };
      });
    }
  }
}

/** @throws CharrnnError (exit code 2) at a source that is too long to be read at once */
function checkLength(length: number, unit: string, where: string): void {
  if (length <= LONGEST_SOURCE) return;
  const fault = `${counted(length, unit)}, at most ${formatCount(LONGEST_SOURCE)} can be translated`;
  throw new CharrnnError(`${where}: ${fault}; break it up`, 2);
}
