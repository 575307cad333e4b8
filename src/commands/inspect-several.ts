import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { sizeOfFile } from '../files/atomic-write.js';
import { isStandardInput } from '../files/paths.js';
import { inspect } from '../inspection/inspection.js';
import { inspectLog } from '../inspection/log-inspection.js';
import type { ComparedFile } from '../terminal/comparison-lines.js';
import { isLog, readLog } from '../training/read-log.js';
import { namedValues } from './spelling.js';

/** Reads checkpoints and logs, in their order. @throws CharrnnError at the first that is neither */
export async function readCompared(paths: readonly string[]): Promise<ComparedFile[]> {
  if (paths.filter(isStandardInput).length > 1) {
    throw new CharrnnError('standard input: can be only one of the checkpoints; give the others as files', 2);
  }
  const files: ComparedFile[] = [];
  for (const name of paths) {
    if (await isLog(name)) {
      files.push({ name, log: inspectLog(await readLog(name), await sizeOfFile(name)), options: {} });
      continue;
    }
    const checkpoint = inspect(await loadCheckpoint(name, 'record'), await sizeOfFile(name));
    const config = checkpoint.training?.config;
    files.push({ name, checkpoint, options: config ? namedValues(config) : {} });
  }
  return files;
}
