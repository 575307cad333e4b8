// Whether this process was started as one of several by an MPI launcher: mpirun, mpiexec or srun. They say so in the
// environment.

/** How a launcher has started this process. */
export interface Launch {
  readonly rank: number;
  readonly size: number;
  /** Ranks on this machine. */
  readonly local: number;
  /** Whether it is the first of them. */
  readonly isFirstHere: boolean;
  /** The libraries that belong to this launcher, the likeliest first. */
  readonly libraries: readonly string[];
}

const openMpi = ['libmpi.so.40', 'libmpi.40.dylib', 'libmpi.so'];
/** MPICH, and Intel MPI and others that have its binary interface; the last is that of MPI 5. */
const mpich = ['libmpich.so.12', 'libmpi.so.12', 'libmpi.12.dylib', 'libmpi_abi.so.0', 'libmpi_abi.so'];

/** The variables of each launcher: size, rank, ranks on this machine, number among them. */
const launchers = [
  {
    names: ['SIZE', 'RANK', 'LOCAL_SIZE', 'LOCAL_RANK'].map((name) => `OMPI_COMM_WORLD_${name}`),
    libraries: openMpi,
  },
  { names: ['PMI_SIZE', 'PMI_RANK', 'MPI_LOCALNRANKS', 'MPI_LOCALRANKID'], libraries: mpich },
  // A count of tasks without a number of its own is that of a job, not of a step that srun has started.
  {
    names: ['SLURM_STEP_NUM_TASKS', 'SLURM_PROCID', 'SLURM_STEP_TASKS_PER_NODE', 'SLURM_LOCALID'],
    libraries: [...openMpi, ...mpich],
  },
];

/** @returns undefined for a process on its own */
export function launched(environment: Readonly<Record<string, string | undefined>> = process.env): Launch | undefined {
  for (const { names, libraries } of launchers) {
    const [size, rank, local, localRank] = names.map((name) => Number.parseInt(environment[name] ?? '', 10));
    if (!(size > 1) || !(rank >= 0 && rank < size)) continue;
    const own = environment.CHARRNN_MPI;
    return {
      ...{ rank, size, local: local >= 1 ? Math.min(local, size) : 1 },
      isFirstHere: Number.isNaN(localRank) ? rank === 0 : localRank === 0,
      libraries: own ? [own] : libraries,
    };
  }
  return undefined;
}

/** Whether this process is the first of several, or the only one: it reads what the user gives and writes what he gets. */
export const isFirst = (place: { readonly rank: number } | undefined): boolean =>
  place === undefined || place.rank === 0;
