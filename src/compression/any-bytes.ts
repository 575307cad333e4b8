// Compression as the library offers it.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { userError } from '../files/system-errors.js';
import { compressionOptions, type exactBackends } from '../options/compression-options.js';
import { checkMembers } from '../options/option.js';
import type { Encoding } from '../options/training-options.js';
import { type DynamicOptions, dynamicOf } from '../scoring/dynamic.js';
import { compress as compressBytes, decompress as decompressBytes } from './compress.js';

export interface DecompressRequest {
  /** Default: the available cores. Does not affect the result. */
  readonly threads?: number;
  /** Default: auto. Does not affect the result. */
  readonly backend?: (typeof exactBackends)[number];
}

export interface CompressRequest extends DecompressRequest {
  /** Let the model learn from the bytes as it reads them: true for the defaults. Needs the optimizer's moments. */
  readonly dynamic?: boolean | Partial<DynamicOptions>;
  /** Parts that are compressed in parallel. Default: one for each 16 KiB, at most 64. */
  readonly streams?: number;
  /** Default: that of training. */
  readonly encoding?: Encoding;
}

/**
 * Compresses bytes by what a text model predicts.
 * @returns what `decompress` restores with the same checkpoint
 * @throws CharrnnError (as a rejection) for a model of a task, or more than 256 MiB
 */
export async function compress(
  checkpoint: Checkpoint,
  bytes: Uint8Array,
  request: CompressRequest = {},
): Promise<Uint8Array> {
  const { dynamic, encoding = checkpoint.training?.config.data.encoding ?? 'utf8', ...settings } = request;
  checkMembers(compressionOptions, settings);
  try {
    return await compressBytes(bytes, { ...settings, checkpoint, encoding, dynamic: dynamicOf(dynamic) });
  } catch (error) {
    throw userError('bytes', error);
  }
}

/**
 * Restores what `compress` made.
 * @throws CharrnnError (as a rejection) when the bytes are damaged, or were compressed with another model
 */
export async function decompress(
  checkpoint: Checkpoint,
  bytes: Uint8Array,
  request: DecompressRequest = {},
): Promise<Uint8Array> {
  checkMembers(compressionOptions, request);
  try {
    return await decompressBytes(Buffer.from(bytes), { ...request, checkpoint });
  } catch (error) {
    throw userError('bytes', error);
  }
}
