// A command that several processes carry out together, if an MPI launcher has started them.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { modelDigest } from '../checkpoint/model-digest.js';
import { CommonError, type ExitCode } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { isFirst, launched } from '../parallel/launcher.js';
import type { Facts, World } from '../parallel/world.js';
import { reportFailure } from './failure.js';
import { programVersion } from './program-version.js';

/** Milliseconds that the first rank has to end all. */
const PATIENCE = 1000;

/**
 * Joins the other ranks and does some work with them; alone without a launcher. An error that all have is left to the
 * first one; any other ends all ranks.
 * @param paths what the work reads: standard input is given to the first rank, and handed on
 * @param timeout seconds to wait for another rank
 */
export async function amongRanks(
  paths: readonly (string | undefined)[],
  timeout: number,
  work: (world: World | undefined) => Promise<ExitCode>,
): Promise<ExitCode> {
  const launch = launched();
  if (!launch) return work(undefined);
  const { World } = await import('../parallel/world.js');
  const world = await World.join(launch, timeout);
  try {
    await world.compare({ 'version of charrnn': programVersion() });
    if (paths.some(isStandardInput)) await world.shareStandardInput();
    const exitCode = await work(world);
    world.leave();
    return exitCode;
  } catch (error) {
    if (error instanceof CommonError) {
      world.leave();
      if (isFirst(world)) throw error;
      return error.exitCode;
    }
    // Perhaps the first rank has the same error, and ends all before another one tells it.
    if (!isFirst(world)) await sleep(PATIENCE);
    const exitCode = await reportFailure(error, isFirst(world) ? '' : `${world.nameOf(world.rank)}: `);
    world.abort(exitCode);
    return exitCode;
  }
}

/** What must be the same on all ranks that use some checkpoints. */
export const factsOf = (checkpoints: readonly Checkpoint[]): Facts =>
  Object.fromEntries(
    checkpoints.map((checkpoint, i) => [
      `checkpoint${i > 0 ? ` ${i + 1}` : ''}`,
      modelDigest(checkpoint).toString('hex'),
    ]),
  );
