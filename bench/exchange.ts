// Exports models of every cell and one to three layers, and compares their logits in PyTorch with ours, and in onnxruntime if
// the working folder has onnxruntime-node; then brings the weights back and compares their bytes.
//   node build/bench/exchange.js [python3]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Checkpoint } from '../src/checkpoint/checkpoint.js';
import { exportedModel } from '../src/exchange/exported-model.js';
import { importedModel } from '../src/exchange/imported-model.js';
import { writeWhole } from '../src/files/atomic-write.js';
import { parameterShapes } from '../src/model/shape.js';
import { cells } from '../src/options/training-options.js';
import { randomKey, uniform } from '../src/random.js';
import { parameterSource } from '../src/sampling/accelerating-instance.js';
import { Sampler } from '../src/sampling/sampler.js';
import { writeNpy } from './tasks/npy.js';

const python = process.argv[2] ?? '/usr/bin/python3';
const script = fileURLToPath(new URL('../../bench/compare/exchange.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'charrnn-exchange-'));
const characters = Array.from('\n !,.abcdefghijklmnopqrstuvwxyzäö語😀');
const STEPS = 60;

interface Tensor {
  readonly data: Float32Array;
}
interface Runtime {
  readonly InferenceSession: {
    create(path: string): Promise<{ run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> }>;
  };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => Tensor;
}

function findRuntime(): Runtime | undefined {
  try {
    return createRequire(join(process.cwd(), 'x.js'))('onnxruntime-node');
  } catch {
    return undefined;
  }
}
const runtime = findRuntime();

/** The largest difference between these logits and those of the exported network. */
async function onnxDifference(
  checkpoint: Checkpoint,
  symbols: readonly number[],
  logits: Float32Array,
): Promise<number> {
  if (!runtime) return Number.NaN;
  const { cell, layers, hidden: H } = checkpoint.model;
  const path = join(folder, 'model.onnx');
  await writeWhole(path, exportedModel(checkpoint, 'onnx'));
  const session = await runtime.InferenceSession.create(path);
  const inputs: Record<string, Tensor> = {
    symbols: new runtime.Tensor('int64', BigInt64Array.from(symbols, BigInt), [symbols.length, 1]),
  };
  for (let l = 0; l < layers; l++) {
    for (const state of cell === 'lstm' ? ['h', 'c'] : ['h']) {
      inputs[state + l] = new runtime.Tensor('float32', new Float32Array(H), [1, 1, H]);
    }
  }
  const { data } = (await session.run(inputs)).logits;
  return logits.reduce((worst, own, i) => Math.max(worst, Math.abs(own - data[i])), 0);
}

for (const cell of cells) {
  for (const layers of [1, 2, 3]) {
    const model = { cell, layers, hidden: 96, vocabulary: characters.length };
    const parameters = parameterShapes(model).map(({ name, shape }, p) => {
      const length = shape.reduce((product, own) => product * own);
      return { name, shape, values: Float32Array.from({ length }, (_, i) => (uniform(randomKey(5, p), i) - 0.5) / 4) };
    });
    const codePoints = characters.map((character) => character.codePointAt(0) ?? 0);
    const checkpoint: Checkpoint = { model, vocabulary: { codePoints, unknown: false }, parameters };
    const symbols = Array.from({ length: STEPS }, (_, i) => Math.floor(uniform(randomKey(6), i) * characters.length));
    const sampler = new Sampler(model, parameterSource(parameters));
    const logits = new Float32Array(STEPS * characters.length);
    symbols.forEach((symbol, t) => {
      logits.set(sampler.read(symbol), t * characters.length);
    });
    const [weights, text, array] = ['model.safetensors', 'text.txt', 'logits.npy'].map((name) => join(folder, name));
    await writeWhole(weights, exportedModel(checkpoint, 'safetensors'));
    writeFileSync(text, symbols.map((symbol) => characters[symbol]).join(''));
    writeNpy(array, { rows: STEPS, columns: characters.length, values: logits });
    const { stdout, stderr, status } = spawnSync(python, [script, weights, text, array], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const onnx = await onnxDifference(checkpoint, symbols, logits);
    const back = await importedModel(weights);
    const isSame = back.parameters.every(({ values }, i) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength).equals(Buffer.from(parameters[i].values.buffer)),
    );
    const differences = [`PyTorch ${stdout.trim()}`, ...(runtime ? [`onnxruntime ${onnx.toExponential(2)}`] : [])];
    console.log(
      `${cell} ${layers}×96: ${differences.join(', ')}; back again: ${isSame ? 'same bytes' : 'OTHER BYTES'}`,
    );
    if (!isSame || !(Number(stdout) < 1e-5) || onnx > 1e-5) process.exitCode = 1;
  }
}
rmSync(folder, { recursive: true });
