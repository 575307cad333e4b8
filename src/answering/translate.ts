import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, type Message } from '../errors.js';
import { formatCount } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { inOrder, Workers } from '../parallel/workers.js';
import { shareable } from '../sampling/parallel-sample.js';
import { textOf } from '../text/decode.js';
import { type LineBlock, linesOf } from '../text/lines.js';
import { findSources } from '../text/sources.js';
import type { TranslatingData, TranslatingProcedures } from './translate-worker.js';
import { LONGEST_SOURCE, requireTranslator, type Translation, Translator } from './translator.js';

/** Lines that a worker translates at a time. */
const BLOCK = 256;

export interface TranslatedLine extends Translation {
  readonly file: string;
  /** Line number in the file, from 1. */
  readonly line: number;
  readonly source: string;
}

export interface TranslateRequest {
  readonly checkpoint: Checkpoint;
  /** Files, folders, globs or `-`. */
  readonly files: readonly string[];
  /** Answers kept at each step of the search; 1 takes the likeliest character each time. Default: 1. */
  readonly beam: number;
  /** Maximum number of characters of an answer, at which it is cut. Default: 1000. */
  readonly length: number;
  readonly encoding: Encoding;
  readonly threads: number | undefined;
  readonly backend: BackendName;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
}

/**
 * Translates every line of some texts in order, some lines at a time. Memory use does not grow with the texts.
 * @throws CharrnnError when the model does not translate, or a line is too long
 */
export async function* translate(request: TranslateRequest): AsyncGenerator<TranslatedLine[]> {
  const { files, encoding, stdin, backend, threads = availableParallelism(), onNotice } = request;
  requireTranslator(request.checkpoint);
  const sources = await findSources(files, { encoding, stdin, onNotice, isReadOnce: true });
  backendsByName[backend].share();
  const data: TranslatingData = {
    checkpoint: shareable(request.checkpoint),
    beam: request.beam,
    length: request.length,
    backend,
  };
  const workers = new Workers<TranslatingProcedures>(new URL('./translate-worker.js', import.meta.url), threads, data);
  const work = async (lines: readonly SourceLine[]): Promise<TranslatedLine[]> => {
    for (const { file, line, source } of lines) checkLength(source, `${file}: line ${formatCount(line)}`);
    const translations = await workers.any(
      'translate',
      lines.map(({ source }) => source),
    );
    return lines.map((line, i) => ({ ...line, ...translations[i] }));
  };
  try {
    yield* inOrder(sourceLines(linesOf(sources), encoding), work, 2 * threads);
  } finally {
    await workers.close();
  }
}

/**
 * Translates texts in this thread; each answer is the one that `translate` finds with a beam of 1.
 * @throws CharrnnError when the model does not translate, or a text is too long
 */
export function translateTexts(
  checkpoint: Checkpoint,
  sources: readonly string[],
  backend: BackendName = 'auto',
): string[] {
  sources.forEach((source, i) => {
    checkLength(source, `text ${formatCount(i + 1)}`);
  });
  const translator = new Translator(checkpoint, { backend: backendsByName[backend] });
  return translator.translate(sources).map(({ text }) => text);
}

type SourceLine = Pick<TranslatedLine, 'file' | 'line' | 'source'>;

/** Decodes lines as training does, and divides long blocks so that there is work for every thread. */
async function* sourceLines(blocks: AsyncIterable<LineBlock>, encoding: Encoding): AsyncGenerator<SourceLine[]> {
  for await (const { source: file, first, lines } of blocks) {
    for (let from = 0; from < lines.length; from += BLOCK) {
      yield lines.slice(from, from + BLOCK).map((bytes, i) => {
        const line = first + from + i;
        const text = textOf(bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes, encoding);
        return { file, line, source: line === 1 ? text.replace(/^\ufeff/, '') : text };
      });
    }
  }
}

/** @throws CharrnnError (exit code 2) at a source that is too long to be read at once */
function checkLength(source: string, where: string): void {
  if (source.length <= LONGEST_SOURCE) return;
  let characters = 0;
  for (const _ of source) characters++;
  if (characters <= LONGEST_SOURCE) return;
  const fault = `${formatCount(characters)} characters, at most ${formatCount(LONGEST_SOURCE)} can be translated`;
  throw new CharrnnError(`${where}: ${fault}; break it up`, 2);
}
