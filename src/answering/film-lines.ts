// Films that lines name: each line is the path of a file of vectors, one vector for each frame.

import { dirname, extname, join } from 'node:path';
import { CharrnnError } from '../errors.js';
import { formatCount, shownName } from '../format.js';
import type { Encoding } from '../options/training-options.js';
import { textOf } from '../text/decode.js';
import { exampleLine, type LineBlock, linesOf } from '../text/lines.js';
import type { Source } from '../text/sources.js';
import { readVectors } from '../text/vector-files.js';

/** Films that are in memory together, for each thread. */
const TOGETHER = 16;

/** Lines, with the film that each names. */
export interface FilmBlock extends LineBlock {
  readonly paths: readonly string[];
  /** (frames · F) each, in shared memory. */
  readonly films: readonly Float32Array[];
}

/**
 * Reads the films that texts name, in order. Paths are relative to the file that lists them; a source that is a .npy
 * file is a film itself.
 * @param width numbers of a vector (F)
 * @throws CharrnnError when a film cannot be read, or has another width
 */
export async function* filmsOf(
  sources: readonly Source[],
  width: number,
  encoding: Encoding,
): AsyncGenerator<FilmBlock> {
  for (const source of sources) {
    const { name } = source;
    if (extname(name).toLowerCase() === '.npy') {
      const lines = [Buffer.from(name)];
      const films = [await readFilm(name, width)];
      yield { source: name, first: 1, lines, isTerminated: false, paths: [name], films };
      continue;
    }
    for await (const block of linesOf([source])) {
      for (let from = 0; from < block.lines.length; from += TOGETHER) {
        const lines = block.lines.slice(from, from + TOGETHER);
        const first = block.first + from;
        const films: Float32Array[] = [];
        const paths = lines.map((bytes, i) => textOf(exampleLine(bytes, first + i === 1, encoding), encoding));
        for (const [i, path] of paths.entries()) {
          const where = `${name}: line ${formatCount(first + i)}`;
          if (path === '') throw new CharrnnError(`${where} is blank; give the path of a file of vectors on each line`);
          films.push(await readFilm(join(dirname(name), path), width));
        }
        yield { ...block, first, lines, paths, films };
      }
    }
  }
}

async function readFilm(path: string, width: number): Promise<Float32Array> {
  const vectors = await readVectors(path);
  if (vectors.width === width) return vectors.values;
  const wanted = `the model reads ${formatCount(width)}; give vectors of that width`;
  throw new CharrnnError(`${shownName(path)}: vectors of ${formatCount(vectors.width)} numbers, ${wanted}`);
}
