// The library: the functions that the commands call.

export type { Checkpoint, HistoryEntry, NamedArray, TrainingRecord } from './checkpoint/checkpoint.js';
export { loadCheckpoint } from './checkpoint/read.js';
export { saveCheckpoint } from './checkpoint/write.js';
export { CharrnnError } from './errors.js';
export { checkGradients, type GradcheckRequest } from './gradcheck/gradcheck.js';
export { defaults } from './options/training-options.js';
export { sample } from './sampling/sample.js';
export { measure } from './scoring/measure.js';
export { train } from './training/train.js';
