import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { killTraining } from '../../bench/killing.js';

const standIn = fileURLToPath(new URL('./stand-in.js', import.meta.url));

describe('a killed training run', () => {
  it('loses neither its file nor steps, can be resumed, and leaves nothing behind', async () => {
    const { faults } = await killTraining({ kills: 10, seed: 1 });
    assert.deepEqual(faults, []);
  });

  it('is safe because of lock, cleanup and save alone', async () => {
    const { faults, step } = await killTraining({ kills: 5, seed: 2, program: [standIn] });
    assert.deepEqual(faults, []);
    assert.ok(step >= 3);
  });

  it('is found to lose its file if that is overwritten in place', async () => {
    const { faults } = await killTraining({ kills: 2, seed: 1, program: [standIn, 'careless'] });
    assert.match(faults.join('\n'), /^lost file: /m);
  });

  it('is an error if it never starts', async () => {
    const message = /it does not train: .*Cannot find module/s;
    await assert.rejects(killTraining({ kills: 1, seed: 1, program: [`${standIn}.missing`] }), message);
  });
});
