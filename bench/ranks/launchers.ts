// The MPI launchers of this machine, for tests and measurements.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/charrnn.js', import.meta.url));

export interface Launcher {
  readonly name: 'Open MPI' | 'MPICH';
  readonly command: string;
  /** Starts charrnn as so many ranks. */
  start(ranks: number, args: readonly string[], more?: Readonly<Record<string, string>>): ChildProcess;
  /** Starts any command as so many ranks. */
  launch(ranks: number, words: readonly string[], more?: Readonly<Record<string, string>>): ChildProcess;
}

/** Debian's names of each one, and that of whichever is the default. */
const commands = ['mpirun.openmpi', 'mpirun.mpich', 'mpirun'];

/** One launcher of each kind that is installed. */
export function findLaunchers(): Launcher[] {
  const found = new Map<string, Launcher>();
  for (const command of commands) {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    const name = /Open MPI/i.test(stdout ?? '') ? 'Open MPI' : /HYDRA/i.test(stdout ?? '') ? 'MPICH' : undefined;
    if (name && !found.has(name)) found.set(name, launcherOf(name, command));
  }
  return [...found.values()];
}

function launcherOf(name: Launcher['name'], command: string): Launcher {
  const isOpen = name === 'Open MPI';
  // More ranks than processors are allowed here, each on any of them; and so is the user of a container.
  const flags = isOpen ? ['--oversubscribe', '--bind-to', 'none'] : [];
  const allowed = isOpen ? { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' } : {};
  const launch: Launcher['launch'] = (ranks, words, more = {}) =>
    spawn(command, [...flags, '-n', String(ranks), ...words], {
      env: { ...process.env, NO_COLOR: '1', ...allowed, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  return {
    ...{ name, command, launch },
    start: (ranks, args, more) => launch(ranks, [process.execPath, program, ...args], more),
  };
}

/** The processes of the ranks that write to this path. */
export function processesOf(output: string): number[] {
  const { stdout } = spawnSync('pgrep', ['-f', `^[^ ]*node .*${output}`], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}
