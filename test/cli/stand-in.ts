// Stands in for `charrnn train --save-every 1` in tests that kill it: it saves without training. With `careless` it
// overwrites the old file in two halves, without a lock.

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { lock } from '../../src/files/lock.js';
import { cleanTemporaries } from '../../src/files/temporary.js';
import { example } from '../checkpoint/example.js';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  strict: false,
  options: { output: text, resume: text, steps: text, threads: text, 'save-every': text },
});
const path = String(values.output);
const isCareless = positionals.includes('careless');
const held = isCareless ? undefined : await lock(path);
if (held) await cleanTemporaries(path);
const model = example({ cell: 'lstm', layers: 1, hidden: 60, vocabulary: 40 });
let step = values.resume === undefined ? 0 : ((await loadCheckpoint(path)).training?.step ?? 0);
while (step < Number(values.steps)) {
  step++;
  const training = model.training && {
    ...model.training,
    step,
    totalSteps: null,
    history: [],
    recent: { sum: 0, count: 0 },
  };
  const whole = isCareless ? `${path}.whole` : path;
  await saveCheckpoint(whole, { ...model, ...(training && { training }) });
  if (!isCareless) continue;
  const bytes = readFileSync(whole);
  writeFileSync(path, bytes.subarray(0, bytes.length / 2));
  await sleep(1000); // longer than any kill waits
  appendFileSync(path, bytes.subarray(bytes.length / 2));
}
await held?.release();
