/** Signals that end a run, and the exit codes that shells expect: 128 + the signal number. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Exit codes of the program: 0 success, 1 failure, 2 usage error, or that of a signal. */
export type ExitCode = 0 | 1 | 2 | (typeof signalCodes)[keyof typeof signalCodes];

/** The last line of the help of the program and of every command. */
export const exitCodesLine =
  'Exit codes: 0 success, 1 failure, 2 usage error, 129, 130 or 143 interrupted by SIGHUP, SIGINT or SIGTERM.';
