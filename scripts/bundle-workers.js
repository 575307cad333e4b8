// Makes one file of each worker program and the modules that it imports: a thread then starts in little more than half
// the time. The main thread's modules stay as they are.
import { rolldown } from 'rolldown';

const programs = [
  'training/training-worker',
  'scoring/scoring-worker',
  'scoring/evaluation-worker',
  'sampling/sampling-worker',
  'answering/label-worker',
  'answering/example-worker',
];

for (const program of programs) {
  const file = `build/src/${program}.js`;
  const bundle = await rolldown({ input: file, platform: 'node', external: /^node:/ });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
}
