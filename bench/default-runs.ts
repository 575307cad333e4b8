// Default runs on texts of many kinds and sizes, with several seeds: none may fail, and each must reach a lower loss
// than character frequencies alone. The texts are those of this project and any that are given.
//   node build/bench/default-runs.js [more.txt] [--minutes 0.1] [--seeds 1,2,3]

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fastGlob from 'fast-glob';
import { readCorpus } from '../src/text/corpus.js';
import { machine } from './machine.js';
import { heading, row, temporaryFolder, train } from './training.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '0.1' }, seeds: { type: 'string', default: '1,2,3' } },
});
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = temporaryFolder();

/** Writes the first characters of these files to one file. @returns its path */
function excerpt(name: string, globs: string, characters = Number.POSITIVE_INFINITY): string {
  const paths = fastGlob.sync(globs, { cwd: root, absolute: true }).sort();
  const path = join(folder, name);
  writeFileSync(
    path,
    paths
      .map((file) => readFileSync(file, 'utf8'))
      .join('')
      .slice(0, characters),
  );
  return path;
}

const texts = [
  excerpt('stories.txt', 'corpora/stories/*'),
  excerpt('stories-20k.txt', 'corpora/stories/*', 20_000),
  excerpt('stories-2k.txt', 'corpora/stories/*', 2000),
  excerpt('stories-200.txt', 'corpora/stories/*', 200),
  excerpt('names.txt', 'corpora/names.txt'),
  excerpt('names-3k.txt', 'corpora/names.txt', 3000),
  excerpt('source.ts', 'src/**/*.ts'),
  excerpt('tests.ts', 'test/**/*.ts'),
  excerpt('docs.md', 'docs/*.md'),
  excerpt('numbers.json', 'package-lock.json'),
  ...positionals,
];

/** Nats per character from the character frequencies alone. */
async function entropy(path: string): Promise<number> {
  const { tokens, vocabulary } = await readCorpus([path], { encoding: 'utf8', minCount: 1 });
  const counts = new Float64Array(vocabulary.size);
  for (const token of tokens) counts[token]++;
  return counts.reduce((sum, count) => sum - (count / tokens.length) * Math.log(count / tokens.length), 0);
}

let worse = 0;
console.log(`${machine()}; ${values.minutes} minutes each, seeds ${values.seeds}\n`);
console.log(heading('text', 'frequencies alone', 'lowest validation loss, by seed'));
for (const text of texts) {
  const limit = await entropy(text);
  const losses: number[] = [];
  for (const seed of values.seeds.split(',')) {
    const output = join(folder, 'model.json');
    losses.push((await train([text], ['--minutes', values.minutes, '--seed', seed], output)).loss);
  }
  worse += losses.filter((loss) => !(loss < limit)).length;
  console.log(row(text.replace(/^.*\//, ''), limit.toFixed(3), losses.map((loss) => loss.toFixed(3)).join(', ')));
}
console.log(
  `\n${worse} of ${texts.length * values.seeds.split(',').length} runs were no better than frequencies alone`,
);
process.exitCode = worse === 0 ? 0 : 1;
