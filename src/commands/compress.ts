import { loadCheckpoint } from '../checkpoint/read.js';
import { requireTask } from '../checkpoint/tasks.js';
import { compress as compressBytes, decompress as decompressBytes, isDynamic } from '../compression/compress.js';
import { checkSize } from '../compression/container.js';
import { CharrnnError } from '../errors.js';
import { writeWhole } from '../files/atomic-write.js';
import { isStandardInput } from '../files/paths.js';
import { Fault, userError } from '../files/system-errors.js';
import { formatBytes, shownName } from '../format.js';
import { compressionOptions, decompressionOptions } from '../options/compression-options.js';
import { say } from '../terminal/messages.js';
import { isTerminal, write } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { file as fileSource, type Source } from '../text/sources.js';
import type { Handler } from './command.js';
import { valuesOf } from './values.js';

export const compress: Handler = async ({ words, typed }) => {
  const {
    dynamic: learns,
    dynamicSegment,
    dynamicRate,
    dynamicDecay,
    ...options
  } = valuesOf(compressionOptions, typed);
  const [path] = words.checkpoint;
  const input = inputOf(path, words.file?.[0], options.output);
  if (options.output === undefined && isTerminal()) {
    throw new CharrnnError('standard output is a terminal; give --output, or send it elsewhere', 2);
  }
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, learns ? 'moments' : 'record');
  requireTask(checkpoint, ['text'], path);
  const encoding = options.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
  const dynamic = learns ? { segment: dynamicSegment, rate: dynamicRate, decay: dynamicDecay } : undefined;
  return fromTo(input, options, 'compressing', (bytes, onProgress) =>
    compressBytes(bytes, { ...options, checkpoint, encoding, dynamic, onProgress }),
  );
};

export const decompress: Handler = async ({ words, typed }) => {
  const options = valuesOf(decompressionOptions, typed);
  const [path] = words.checkpoint;
  const input = inputOf(path, words.file?.[0], options.output);
  exitOnInterrupt();
  return fromTo(input, options, 'decompressing', async (bytes, onProgress) => {
    const checkpoint = await loadCheckpoint(path, isDynamic(bytes) ? 'moments' : 'record');
    requireTask(checkpoint, ['text'], path);
    return decompressBytes(bytes, { ...options, checkpoint, onProgress });
  });
};

/** @throws CharrnnError (exit code 2) when a file stands for two things */
function inputOf(checkpoint: string, file: string | undefined, output: string | undefined): Source {
  if (file === undefined || isStandardInput(file)) {
    if (!isStandardInput(checkpoint)) return { name: 'standard input', read: () => process.stdin };
    throw new CharrnnError('standard input: the text or the checkpoint, not both; give one of them as a file', 2);
  }
  for (const [path, what] of [
    [checkpoint, 'checkpoint'],
    [file, 'text'],
  ]) {
    if (path === output) throw new CharrnnError(`--output ${output}: is the ${what}; give another file`, 2);
  }
  return fileSource(file);
}

/** Reads all of the input, and writes what becomes of it: all or nothing. */
async function fromTo(
  { name, read }: Source,
  { output, quiet }: { readonly output: string | undefined; readonly quiet: boolean },
  doing: string,
  make: (bytes: Buffer, onProgress: (share: number) => void) => Promise<Uint8Array>,
): Promise<0> {
  const task = quiet ? undefined : new Task();
  let bytes: Buffer;
  let made: Uint8Array;
  try {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of read()) {
      pieces.push(piece);
      size += piece.length;
      checkSize(size);
    }
    bytes = Buffer.concat(pieces);
    task?.show(doing);
    made = await make(bytes, (share) => task?.show(`${doing}: ${Math.floor(100 * share)}%`));
  } catch (error) {
    throw error instanceof Fault ? userError(shownName(name), error) : error;
  } finally {
    task?.close();
  }
  if (output === undefined) {
    await write(made);
    return 0;
  }
  await writeWhole(output, pieceOf(made));
  if (!quiet) say(`wrote ${shownName(output)}: ${formatBytes(bytes.length)} became ${formatBytes(made.length)}`);
  return 0;
}

async function* pieceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
