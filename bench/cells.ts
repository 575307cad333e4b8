// The table of Karpathy, Johnson and Fei-Fei (2015): the validation loss of every cell, depth and size, each trained on
// the same number of characters with its best of some learning rates. Markdown, nats per character.
//   node build/bench/cells.js corpus.txt [--epochs 1] [--rates 0.003,0.01] [--sizes 64,128,256] [--layers 1,2,3]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCheckpoint } from '../src/checkpoint/read.js';
import { cells } from '../src/options.js';
import { machine } from './machine.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '1' },
    rates: { type: 'string', default: '0.003,0.01' },
    sizes: { type: 'string', default: '64,128,256' },
    layers: { type: 'string', default: '1,2,3' },
    backend: { type: 'string', default: 'wasm' },
  },
});
const list = (text: string): number[] => text.split(',').map(Number);
const program = fileURLToPath(new URL('../../bin/charrnn.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'charrnn-cells-'));

/** The best validation loss of one model over the learning rates, and the rate. */
async function best(cell: string, layers: number, hidden: number): Promise<{ loss: number; rate: number }> {
  let result = { loss: Number.POSITIVE_INFINITY, rate: Number.NaN };
  for (const rate of list(values.rates)) {
    const output = join(folder, 'model.json');
    const model = [
      '--cell',
      cell,
      '--layers',
      String(layers),
      '--hidden',
      String(hidden),
      '--learning-rate',
      String(rate),
    ];
    const fixed = ['--batch', '20', '--sequence', '50', '--dropout', '0', '--weight-drop', '0', '--validation', '0.1'];
    const run = ['--epochs', values.epochs, '--backend', values.backend, '--output', output, '--quiet'];
    execFileSync(process.execPath, [program, 'train', ...positionals, ...model, ...fixed, ...run], { stdio: 'ignore' });
    const loss = (await loadCheckpoint(output)).training?.bestValidationLoss ?? Number.NaN;
    if (loss < result.loss) result = { loss, rate };
  }
  return result;
}

console.log(`${machine()}; ${positionals.join(' ')}, ${values.epochs} epochs, learning rates ${values.rates}\n`);
const sizes = list(values.sizes);
const columns = cells.flatMap((cell) => sizes.map((size) => `${cell} ${size}`));
console.log(`| layers | ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length + 1)}`);
for (const layers of list(values.layers)) {
  const row: string[] = [];
  for (const cell of cells) {
    for (const size of sizes) {
      const { loss, rate } = await best(cell, layers, size);
      console.error(`${cell} ${layers}×${size}: ${loss.toFixed(3)} at ${rate}`);
      row.push(loss.toFixed(3));
    }
  }
  console.log(`| ${layers} | ${row.join(' | ')} |`);
}
rmSync(folder, { recursive: true });
