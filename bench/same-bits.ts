// Whether the same corpus, options and seed produce the same bytes: every cell, with dropout, on several Node programs
// and numbers of threads. Arguments: paths of Node programs, by default this one. Exit code 1 on a difference.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cells } from '../src/options/training-options.js';

const program = fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url));
const nodes = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
const folder = mkdtempSync(join(tmpdir(), 'charrnn-'));
const corpus = join(folder, 'corpus.txt');
writeFileSync(corpus, Array.from({ length: 4000 }, (_, i) => `${(i * i) % 997} `).join(''));

for (const cell of cells) {
  const hashes = new Set<string>();
  for (const node of nodes) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    for (const threads of [1, 2, 3, 5]) {
      const output = join(folder, 'model.json');
      rmSync(output, { force: true });
      const sizes = ['--hidden', '60', '--dropout', '0.2', '--steps', '20', '--batch', '10'];
      const rest = ['--cell', cell, '--threads', String(threads), '--quiet', '--output', output];
      execFileSync(node, [program, 'train', corpus, ...sizes, ...rest], { stdio: 'ignore' });
      const hash = createHash('sha256').update(readFileSync(output)).digest('hex').slice(0, 16);
      hashes.add(hash);
      console.log(`${cell}  ${version}  ${threads} threads  ${hash}`);
    }
  }
  if (hashes.size > 1) process.exitCode = 1;
}
rmSync(folder, { recursive: true });
