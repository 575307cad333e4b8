// Whether a training run that is killed at random moments loses anything: its file, saved steps, or the ability to
// continue. Exit code 1 if it does.
//   node build/bench/kill.js [--kills 200] [--seed 1]

import { parseArgs } from 'node:util';
import { killTraining } from './killing.js';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const { kills, duringSave, step, faults } = await killTraining({
  kills: Number(values.kills),
  seed: Number(values.seed),
});

const count = (start: string): number => faults.filter((fault) => fault.startsWith(start)).length;
console.log(`${kills} kills, ${duringSave} of them during a save; ${step} steps in the end

| lost files | lost steps | starts that failed | temporaries and locks left |
| --- | --- | --- | --- |
| ${count('lost file')} | ${count('lost steps')} | ${count('no ') + count('resumed')} | ${count('left over')} |`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
