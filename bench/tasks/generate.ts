// Makes data for measuring the tasks: lines on standard output, or files in a folder. A seed gives the same bytes.
//   node build/bench/tasks/generate.js sums [--digits 3] [--by-length] [--count 50000] [--seed 1] > sums.tsv
//   node build/bench/tasks/generate.js dates|languages|names [--count 50000] [--seed 1] > file.tsv
//   node build/bench/tasks/generate.js copy [--same]|brackets|depth|marked [--distance 10] [--count 50000] [--seed 1] > file.tsv
//   node build/bench/tasks/generate.js shapes [--side 16] [--images] [--count 2000] [--seed 1] --output folder
//   node build/bench/tasks/generate.js films [--side 12] [--count 500] [--seed 1] --output folder
//   node build/bench/tasks/generate.js split file.tsv [--vectors file.npy] [--share 0.1] [--seed 1] --output folder

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Draws } from './draws.js';
import { languages } from './languages.js';
import { brackets, copy, depth, marked } from './memory.js';
import { names } from './names.js';
import { readNpy, writeNpy } from './npy.js';
import { films, pictures } from './pictures.js';
import { linesOf, splitLines } from './split.js';
import { dates, sums } from './translations.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    digits: { type: 'string', default: '3' },
    'by-length': { type: 'boolean', default: false },
    distance: { type: 'string', default: '10' },
    same: { type: 'boolean', default: false },
    side: { type: 'string' },
    images: { type: 'boolean', default: false },
    vectors: { type: 'string' },
    share: { type: 'string', default: '0.1' },
    output: { type: 'string', short: 'o', default: '.' },
  },
});
const [kind = '', input = ''] = positionals;
const seed = Number(values.seed);
const distance = Number(values.distance);
const draws = new Draws(seed, kind);
const count = (usual: number): number => Number(values.count ?? usual);
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const file = (...names: readonly string[]): string => join(values.output, ...names);

/** The kinds that are lines alone. */
const lines: Readonly<Record<string, (n: number) => string[]>> = {
  sums: (n) => sums(n, draws, Number(values.digits), values['by-length']),
  dates: (n) => dates(n, draws),
  languages: (n) => languages(n, draws),
  names: (n) => names(n, draws),
  copy: (n) => copy(n, draws, distance, values.same),
  brackets: (n) => brackets(n, draws, distance),
  depth: (n) => depth(n, draws, distance),
  marked: (n) => marked(n, draws, distance),
};

/** shapes.txt, a description per line, and shapes.npy, the pixels in the same order, or a .png file for each. */
async function writePictures(): Promise<void> {
  const side = Number(values.side ?? 16);
  const { texts, vectors } = pictures(count(2000), draws, side);
  mkdirSync(values.images ? file('images') : values.output, { recursive: true });
  writeFileSync(file('shapes.txt'), text(texts));
  if (!values.images) {
    writeNpy(file('shapes.npy'), vectors);
    return;
  }
  const pixels = side * side;
  const raw = { width: side, height: side, channels: 3 } as const;
  for (let i = 0; i < vectors.rows; i++) {
    const planes = vectors.values.subarray(3 * i * pixels, 3 * (i + 1) * pixels);
    const bytes = Uint8Array.from(
      { length: 3 * pixels },
      (_, at) => 255 * planes[(at % 3) * pixels + Math.floor(at / 3)],
    );
    await sharp(bytes, { raw }).toFile(file('images', `${String(i + 1).padStart(6, '0')}.png`));
  }
}

/** A file per film in films/; labels.tsv and sentences.tsv name them as seen from the folder. */
function writeFilms(): void {
  mkdirSync(file('films'), { recursive: true });
  const made = films(count(500), draws, Number(values.side ?? 12));
  const path = (i: number): string => `films/${String(i + 1).padStart(6, '0')}.npy`;
  made.forEach(({ frames }, i) => {
    writeNpy(file(path(i)), frames);
  });
  writeFileSync(file('labels.tsv'), text(made.map(({ label }, i) => `${label}\t${path(i)}`)));
  writeFileSync(file('sentences.tsv'), text(made.map((each, i) => `${path(i)}\t${each.text}`)));
}

/** train.tsv and test.tsv; with vectors also train.npy and test.npy. */
function writeParts(): void {
  mkdirSync(values.output, { recursive: true });
  const all = linesOf(readFileSync(input, 'utf8'));
  const vectors = values.vectors === undefined ? undefined : readNpy(values.vectors);
  if (vectors && vectors.rows !== all.length)
    throw new RangeError(`${values.vectors} has ${vectors.rows} rows, ${input} has ${all.length} lines`);
  // Two pictures can have the same description.
  const { training, test } = splitLines(all, Number(values.share), seed, vectors === undefined);
  for (const [name, places] of Object.entries({ train: training, test })) {
    writeFileSync(file(`${name}.tsv`), text(places.map((i) => all[i])));
    if (!vectors) continue;
    const { columns } = vectors;
    const part = new Float32Array(places.length * columns);
    places.forEach((from, to) => {
      part.set(vectors.values.subarray(from * columns, (from + 1) * columns), to * columns);
    });
    writeNpy(file(`${name}.npy`), { rows: places.length, columns, values: part });
  }
}

if (kind === 'shapes') await writePictures();
else if (kind === 'films') writeFilms();
else if (kind === 'split') writeParts();
else if (Object.hasOwn(lines, kind)) {
  // A reader that has seen enough, such as head, is no error.
  process.stdout.on('error', () => process.exit());
  process.stdout.write(text(lines[kind](count(50_000))));
} else {
  console.error(`A kind is one of ${[...Object.keys(lines), 'shapes', 'films', 'split'].join(', ')}`);
  process.exitCode = 1;
}
