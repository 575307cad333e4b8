import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { BackendName } from '../options.js';
import type { Piece } from '../sampling/piece.js';
import type { DrawOptions } from '../sampling/sample.js';

/** What a worker that draws texts is given at its start. It then draws for a while whenever it gets a message. */
export interface DrawingSettings {
  readonly checkpoint: Checkpoint;
  readonly backend: BackendName;
  readonly options: Omit<DrawOptions, 'backend'>;
}

/** What came of it. */
export type DrawingReport =
  | { readonly type: 'drawn'; readonly pieces: readonly Piece[]; readonly isDone: boolean }
  | { readonly type: 'failed'; readonly message: string; readonly exitCode: 1 | 2 | undefined };
