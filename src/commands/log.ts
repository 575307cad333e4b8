import { resolve } from 'node:path';
import { CharrnnError } from '../errors.js';
import type { TrainingEvent } from '../training/events.js';

export interface Log {
  onEvent(event: TrainingEvent): void;
  /** Waits until all is written. */
  close(): Promise<void>;
}

/**
 * The log of `train --log`, or undefined without it.
 * @param output the checkpoint that the training writes
 * @param onEvent told when the file is lost
 * @throws CharrnnError when the file cannot be opened
 */
export async function openLog(
  { log: path, 'log-every': every }: { readonly log: string | undefined; readonly 'log-every': number },
  output: string,
  onEvent: (event: TrainingEvent) => void,
): Promise<Log | undefined> {
  if (path === undefined) return undefined;
  if (path === '-') throw new CharrnnError('--log -: give a file; --json writes events to standard output', 2);
  if (resolve(path) === resolve(output))
    throw new CharrnnError(`--log ${path}: is the checkpoint; give another file`, 2);
  const [{ TrainingLog }, { LogFile }] = await Promise.all([
    import('../training/log.js'),
    import('../terminal/log-file.js'),
  ]);
  const onWarning = (message: string): void => onEvent({ event: 'notice', kind: 'warning', message });
  const file = await LogFile.open(path, onWarning);
  const log = new TrainingLog(every, (line) => file.write(line));
  return {
    onEvent: (event) => log.onEvent(event),
    close: async () => {
      log.close();
      await file.close();
    },
  };
}
