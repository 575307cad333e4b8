// A model is a compressor: what it predicts well takes few bits. The decompressor has the same model and computes the same
// probabilities, bit for bit, so it can follow.

import { availableParallelism } from 'node:os';
import type { Checkpoint, NamedArray } from '../checkpoint/checkpoint.js';
import { modelDigest } from '../checkpoint/model-digest.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError, line, option } from '../errors.js';
import { Fault } from '../files/system-errors.js';
import { counted } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import { momentPrefix } from '../model/parameters.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { share } from '../parallel/team.js';
import { Workers } from '../parallel/workers.js';
import { shareable } from '../sampling/parallel-sample.js';
import type { DynamicOptions } from '../scoring/dynamic.js';
import { Vocabulary } from '../text/vocabulary.js';
import type { CompressionData, CompressionProcedures } from './compression-worker.js';
import {
  checkOf,
  checkSize,
  damaged,
  digestIn,
  MOST_STREAMS,
  readContainer,
  shortened,
  writeContainer,
} from './container.js';
import { bytesOf, itemsOf } from './items.js';

export interface CompressionSettings {
  readonly checkpoint: Checkpoint;
  /** Default: the available cores. Does not affect the result. */
  readonly threads?: number | undefined;
  /** One whose bits are the same everywhere. Default: auto. */
  readonly backend?: BackendName | undefined;
  /** Called now and then with the fraction of the text that is done. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface CompressSettings extends CompressionSettings {
  readonly encoding: Encoding;
  /** Parts that are compressed in parallel, each from a zero state. Default: one for each 16 KiB, at most 64. */
  readonly streams?: number | undefined;
  /** How the model learns from the text as it reads; then there is one stream. The checkpoint needs its moments. */
  readonly dynamic?: DynamicOptions | undefined;
}

/** Bytes of a text that are worth a stream: each costs some ten bytes, until its state knows the text. */
const WORTH_A_STREAM = 16 * 1024;
const USUAL_STREAMS = 64;

/**
 * Compresses bytes. The result depends on the model, the bytes, and the settings for encoding, streams and learning.
 * @throws CharrnnError for a model of a task, or several streams of a model that learns; Fault for a text too large
 */
export async function compress(bytes: Uint8Array, settings: CompressSettings): Promise<Buffer> {
  const { checkpoint, encoding, dynamic } = settings;
  requireTask(checkpoint, ['text']);
  if (dynamic && (settings.streams ?? 1) > 1) {
    const fault = line`${option('dynamic')} reads one; leave one of them out`;
    throw new CharrnnError(line`${option('streams')} ${settings.streams ?? 1}: ${fault}`, 2);
  }
  checkSize(bytes.length);
  const items = itemsOf(bytes, new Vocabulary(checkpoint.vocabulary), encoding);
  const usual = Math.max(1, Math.min(USUAL_STREAMS, Math.floor(bytes.length / WORTH_A_STREAM)));
  const size = dynamic ? 1 : Math.min(settings.streams ?? usual, MOST_STREAMS, Math.max(1, items.length));
  const streams = Array.from({ length: size }, (_, rank) => {
    const { from, to } = share(items.length, { rank, size });
    return items.slice(from, to);
  });
  const coded = await inWorkers(settings, dynamic, streams, items.length, (workers, rank, own, report) =>
    workers.one(rank, 'encode', own, report),
  );
  const isStored = coded.reduce((sum, { length }) => sum + length, 0) >= bytes.length;
  return writeContainer({
    ...{ digest: digestFor(checkpoint, dynamic), check: checkOf(bytes), isLatin1: encoding === 'latin1' },
    ...{ isStored, dynamic, length: bytes.length },
    streams: isStored
      ? [{ items: bytes.length, bytes }]
      : coded.map((own, n) => ({ items: streams[n].length, bytes: own })),
  });
}

/** Whether a model that learns compressed this text. @throws Fault when it is something else, or is damaged */
export const isDynamic = (file: Buffer): boolean => readContainer(file).dynamic !== undefined;

/**
 * Returns the bytes that were compressed.
 * @throws Fault when the file is damaged, or was compressed with another model
 */
export async function decompress(file: Buffer, settings: CompressionSettings): Promise<Uint8Array> {
  const { checkpoint } = settings;
  requireTask(checkpoint, ['text']);
  const { digest, check, isLatin1, isStored, dynamic, length, streams } = readContainer(file);
  const own = digestFor(checkpoint, dynamic);
  if (!digest.equals(own)) {
    const models = `a model with the digest ${shortened(digest)}, this one has ${shortened(own)}`;
    throw new Fault(`was compressed with ${models}; give that checkpoint`);
  }
  const all = streams.reduce((sum, { items }) => sum + items, 0);
  if (all > length) throw damaged(`${counted(all, 'item')} in ${counted(length, 'byte')}`);
  if (isStored) return checked(Buffer.concat(streams.map(({ bytes }) => bytes)), length, check);
  const items = await inWorkers(settings, dynamic, streams, all, (workers, rank, own, report) =>
    workers.one(
      rank,
      'decode',
      { streams: own.map(({ bytes }) => bytes), lengths: own.map(({ items }) => items) },
      report,
    ),
  );
  return checked(bytesOf(items, new Vocabulary(checkpoint.vocabulary), isLatin1 ? 'latin1' : 'utf8'), length, check);
}

function checked(bytes: Uint8Array, length: number, check: Buffer): Uint8Array {
  if (bytes.length === length && checkOf(bytes).equals(check)) return bytes;
  throw damaged('its text does not agree with its check');
}

/** Shares streams out among workers, in order. */
async function inWorkers<S, R>(
  { checkpoint, backend = 'auto', threads = availableParallelism(), onProgress = () => {} }: CompressionSettings,
  dynamic: DynamicOptions | undefined,
  streams: readonly S[],
  items: number,
  work: (
    workers: Workers<CompressionProcedures>,
    rank: number,
    own: readonly S[],
    report: (items: number) => void,
  ) => Promise<R[]>,
): Promise<R[]> {
  backendsByName[backend].share();
  const size = Math.max(1, Math.min(threads, streams.length));
  const { training } = checkpoint;
  const shared: Checkpoint = training ? { ...shareable(checkpoint), training } : shareable(checkpoint);
  const data: CompressionData = { checkpoint: shared, dynamic, backend };
  const workers = new Workers<CompressionProcedures>(new URL('./compression-worker.js', import.meta.url), size, data);
  const done = new Array<number>(size).fill(0);
  try {
    const parts = await Promise.all(
      done.map((_, rank) => {
        const { from, to } = share(streams.length, { rank, size });
        return work(workers, rank, streams.slice(from, to), (count) => {
          done[rank] = count;
          onProgress(done.reduce((sum, own) => sum + own) / Math.max(1, items));
        });
      }),
    );
    return parts.flat();
  } finally {
    await workers.close();
  }
}

/** The digest of what the predictions depend on: with the moments that learning uses, if it learns. */
function digestFor(checkpoint: Checkpoint, dynamic: DynamicOptions | undefined): Buffer {
  const moments: readonly NamedArray[] = checkpoint.training?.moments ?? [];
  return digestIn(
    modelDigest(checkpoint, dynamic ? moments.filter(({ name }) => name.startsWith(momentPrefix('v'))) : []),
  );
}
