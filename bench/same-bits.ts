// Whether the same corpus, options and seed produce the same bytes: every cell, with dropout, on several Node programs,
// numbers of threads and widths of vectors, and so does the fused backend on those that have it. Arguments: paths of Node
// programs, by default this one. Exit code 1 on a difference.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProcessor, settings } from '../src/kernels/native/processor.js';
import { type BackendName, type CellName, cells } from '../src/options/training-options.js';
import { machine } from './machine.js';

const program = fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url));
const nodes = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
const folder = mkdtempSync(join(tmpdir(), 'charrnn-'));
const corpus = join(folder, 'corpus.txt');
writeFileSync(corpus, Array.from({ length: 4000 }, (_, i) => `${(i * i) % 997} `).join(''));

/** Trains with a setting and returns the digest of the checkpoint. */
function digestOf(node: string, cell: CellName, backend: BackendName, simd: string, threads: number): string {
  const output = join(folder, 'model.json');
  rmSync(output, { force: true });
  const sizes = ['--hidden', '60', '--dropout', '0.2', '--weight-drop', '0.1', '--steps', '20', '--batch', '10'];
  const rest = ['--cell', cell, '--backend', backend, '--threads', String(threads), '--quiet', '--output', output];
  const env = { ...process.env, CHARRNN_SIMD: simd };
  execFileSync(node, [program, 'train', corpus, ...sizes, ...rest], { stdio: 'ignore', env });
  return createHash('sha256').update(readFileSync(output)).digest('hex').slice(0, 16);
}

const { simd: widest } = findProcessor();
const found = settings.slice(0, settings.indexOf(widest) + 1);
console.log(`${machine()}; vectors: ${found.join(', ')}`);
for (const cell of cells) {
  for (const backend of ['auto', 'fused'] as const) {
    const digests = new Set<string>();
    let runs = 0;
    for (const node of nodes) {
      for (const simd of found.slice(backend === 'fused' ? 1 : 0)) {
        for (const threads of [1, 2, 3, 5]) {
          digests.add(digestOf(node, cell, backend, simd, threads));
          runs++;
        }
      }
    }
    console.log(`${cell}  ${backend}  ${runs} runs  ${[...digests].join(' ')}`);
    if (digests.size > 1) process.exitCode = 1;
  }
}
rmSync(folder, { recursive: true });
