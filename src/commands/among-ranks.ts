// A command that several processes carry out together, if an MPI launcher has started them.

import { setTimeout as sleep } from 'node:timers/promises';
import { CommonError, type ExitCode } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { launched } from '../parallel/launcher.js';
import type { World } from '../parallel/world.js';
import { reportFailure } from './failure.js';
import { programVersion } from './program-version.js';

/** Whether this process reads what the user gives and writes what he gets. */
export const isFirstRank = (): boolean => (launched()?.rank ?? 0) === 0;

/** Milliseconds. */
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
  if (!launched()) return work(undefined);
  const { World } = await import('../parallel/world.js');
  const world = await World.join(timeout);
  if (!world) return work(undefined);
  try {
    await world.compare({ 'version of charrnn': programVersion() });
    if (paths.some(isStandardInput)) await world.shareStandardInput();
    const exitCode = await work(world);
    world.leave();
    return exitCode;
  } catch (error) {
    if (error instanceof CommonError) {
      world.leave();
      if (world.rank === 0) throw error;
      return error.exitCode;
    }
    // Perhaps the first rank has the same error, and ends all before another one tells it.
    if (world.rank > 0) await sleep(PATIENCE);
    const exitCode = await reportFailure(error, world.rank === 0 ? '' : `${world.nameOf(world.rank)}: `);
    world.abort(exitCode);
    return exitCode;
  }
}
