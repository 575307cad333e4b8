import type { BatchShape } from '../text/streams.js';

/** Lines that are read together, and characters at a time: windows are short, because lines end anywhere. */
export const LINE_BATCH: BatchShape = { batch: 64, sequence: 16 };

/** A text that goes on over the ends of lines is one stream. */
export const STREAM_BATCH: BatchShape = { batch: 1, sequence: 32 };
