import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { small, TEXT, TrainingFolder } from './harness.js';

/** Replaces a file by a folder, which a save cannot replace. */
function moveAside(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(path);
}

function putBack(path: string, copy: string): void {
  rmSync(path, { recursive: true });
  copyFileSync(copy, path);
}

describe('saving while training', () => {
  const files = new TrainingFolder();
  after(() => files.remove());

  it('saves at intervals of steps or seconds, and keeps the newest copies, named by step', async () => {
    const path = await files.train(TEXT, { ...small, steps: 25 }, { saveEvery: { steps: 4 }, keep: 3 });
    const saves = files.events.filter(({ event }) => event === 'saved');
    assert.deepEqual(
      saves.map((event) => event.event === 'saved' && event.step),
      [4, 8, 12, 16, 20, 24, 25],
    );
    const kept = readdirSync(files.folder).filter((name) => name.includes('.step-'));
    assert.deepEqual(
      kept.sort(),
      [20, 24, 25].map((step) => path.replace(/.*\/(.*)\.json/, `$1.step-${step}.json`)),
    );
    await files.train(TEXT, { ...small, minutes: 0.02 }, { saveEvery: { seconds: 0.3 } });
    assert.ok(files.events.filter(({ event }) => event === 'saved').length >= 3);
  });

  it('continues when a save fails, and tries again the next time', async () => {
    const path = await files.train(TEXT, { ...small, steps: 3 });
    const elsewhere = `${path}.aside`;
    await files.train(
      TEXT,
      { ...small, steps: 25 },
      {
        output: path,
        saveEvery: { steps: 5 },
        onEvent: (event) => {
          if (event.event === 'step' && event.step === 3) {
            copyFileSync(path, elsewhere);
            moveAside(path);
          }
          if (event.event === 'step' && event.step === 12) putBack(path, elsewhere);
        },
      },
    );
    const warnings = files.events.filter((event) => event.event === 'notice' && event.kind === 'warning');
    assert.equal(warnings.length, 2, JSON.stringify(warnings));
    assert.match(JSON.stringify(warnings), /is a folder.*; training continues, and the next save tries again/);
    assert.equal((await loadCheckpoint(path)).training?.step, 25);
  });

  it('saves elsewhere when the final save fails, and says where', async () => {
    const path = join(files.folder, 'blocked.json');
    const failed = files.train(
      TEXT,
      { ...small, steps: 5 },
      {
        output: path,
        onEvent: (event) => {
          if (event.event === 'step' && event.step === 2) moveAside(path);
        },
      },
    );
    const error = await failed.then(
      () => assert.fail('was saved'),
      (reason: Error) => reason,
    );
    const [, refuge] =
      /; the checkpoint of step 5 is in (\S+) instead$/.exec(error.message) ?? assert.fail(error.message);
    assert.equal((await loadCheckpoint(refuge)).training?.step, 5);
    rmSync(refuge);
  });
});
