// Trains a character-level language model in TensorFlow.js on its WebAssembly backend and prints its speed as one line
// of JSON. The counterpart of `charrnn train`, with one-hot inputs. It needs, in a separate folder (--modules):
//   npm install @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const WARM_UP = 1; // steps
const { values } = parseArgs({
  options: {
    modules: { type: 'string', default: process.cwd() },
    cell: { type: 'string', default: 'lstm' },
    layers: { type: 'string', default: '2' },
    hidden: { type: 'string', default: '128' },
    batch: { type: 'string', default: '50' },
    sequence: { type: 'string', default: '50' },
    vocabulary: { type: 'string', default: '65' },
    seconds: { type: 'string', default: '20' },
  },
});
const [L, H, N, T, V, seconds] = ['layers', 'hidden', 'batch', 'sequence', 'vocabulary', 'seconds'].map((name) =>
  Number(values[name]),
);
const require = createRequire(join(values.modules, 'index.js'));
const tf = require('@tensorflow/tfjs-core');
const { sequential, layers } = require('@tensorflow/tfjs-layers');
const backend = require('@tensorflow/tfjs-backend-wasm');
backend.setWasmPaths(`${join(values.modules, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
await tf.setBackend('wasm');

const recurrent = { rnn: layers.simpleRNN, lstm: layers.lstm, gru: layers.gru }[values.cell];
const model = sequential();
for (let l = 0; l < L; l++) {
  const shape = l === 0 ? { batchInputShape: [N, T, V] } : {};
  // Glorot, because an orthogonal matrix of this size takes TensorFlow.js minutes.
  const initializers = { recurrentInitializer: 'glorotUniform' };
  model.add(recurrent({ units: H, returnSequences: true, stateful: true, ...initializers, ...shape }));
}
model.add(layers.timeDistributed({ layer: layers.dense({ units: V }) }));
const optimizer = tf.train.adam(2e-3);

const symbols = () =>
  tf.tidy(() => {
    const rows = tf.oneHot(tf.randomUniform([N * T], 0, V, 'int32'), V);
    return tf.cast(tf.reshape(rows, [N, T, V]), 'float32');
  });
const durations = [];
const end = performance.now() + 1000 * seconds;
while (performance.now() < end || durations.length < WARM_UP + 2) {
  const start = performance.now();
  const [inputs, targets] = [symbols(), symbols()];
  const { value, grads } = tf.variableGrads(
    () => {
      const logits = tf.reshape(model.apply(inputs, { training: true }), [N * T, V]);
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), tf.reshape(targets, [N * T, V])), 1)));
    },
    model.trainableWeights.map((weight) => weight.val),
  );
  optimizer.applyGradients(grads);
  await value.data();
  tf.dispose([inputs, targets, value, grads]);
  durations.push((performance.now() - start) / 1000);
}
const sorted = durations.slice(WARM_UP).sort((a, b) => a - b);
const charactersPerSecond = Math.round((N * T) / sorted[sorted.length >> 1]);
console.log(JSON.stringify({ charactersPerSecond, steps: sorted.length, threads: 1 }));
