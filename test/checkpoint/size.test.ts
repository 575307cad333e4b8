import assert from 'node:assert/strict';
import { join } from 'node:path';
import { requiredArrays } from '../../src/checkpoint/arrays.js';
import { checkpointBytes, saveCheckpoint } from '../../src/checkpoint/write.js';
import type { TensorShape } from '../../src/kernels/kernels.js';
import { cells, optimizers } from '../../src/options/training-options.js';
import { temporaryFolder } from '../temporary-folder.js';
import { exampleConfig } from './example.js';

const zeros = ({ name, shape }: TensorShape) => ({
  name,
  shape,
  values: new Float32Array(shape.reduce((size, length) => size * length, 1)),
});

describe('checkpointBytes', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  for (const [cell, optimizer, hidden, layers] of [
    [cells[0], optimizers[0], 3, 1],
    [cells[1], optimizers[3], 40, 2],
    [cells[2], optimizers[1], 20, 9],
  ] as const) {
    it(`estimates the size of the file to within 1 kB (${cell}, ${optimizer})`, async () => {
      const codePoints = Array.from({ length: 70 }, (_, i) => 32 + i);
      const model = { cell, layers, hidden, vocabulary: 70 };
      const config = exampleConfig({ cell, layers, hidden, optimizer, batch: 4 });
      const { parameters, latest, moments, carried } = requiredArrays(model, config);
      const { bytes } = await saveCheckpoint(join(folder, 'model.json'), {
        model,
        vocabulary: { unknown: false, codePoints },
        parameters: parameters.map(zeros),
        training: {
          config,
          corpus: { sha256: '0'.repeat(64), characters: 1000 },
          totalSteps: 10,
          step: 10,
          bestValidationLoss: null,
          history: [{ step: 10, epoch: 1.5, loss: 2.123456789012345, validationLoss: null }],
          recent: { sum: 0, count: 0 },
          seconds: null,
          latest: latest.map(zeros),
          moments: moments.map(zeros),
          carried: carried.map(zeros),
        },
      });
      const estimate = checkpointBytes(model, codePoints, config);
      assert.ok(Math.abs(estimate - bytes) < 1000, `${estimate} for ${bytes}`);
    });
  }
});
