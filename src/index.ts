// The library: the functions that the commands call.

export type { Checkpoint, HistoryEntry, NamedArray, TrainingRecord } from './checkpoint/checkpoint.js';
export { loadCheckpoint } from './checkpoint/read.js';
export { saveCheckpoint } from './checkpoint/write.js';
export { CharrnnError } from './errors.js';
export { checkGradients, type GradcheckRequest } from './gradcheck/gradcheck.js';
export type { Comparison, GradcheckReport, GradcheckRow } from './gradcheck/report.js';
export type { ModelShape } from './model/shape.js';
export type { CorpusOptions, EngineOptions, TrainingOptions } from './options/training-options.js';
export { type SampleOptions, sample } from './sampling/sample.js';
export { Sampler } from './sampling/sampler.js';
export { type DynamicOptions, DynamicReader } from './scoring/dynamic.js';
export { type Figures, UNKNOWN_NATS } from './scoring/figures.js';
export { type Measurement, type MeasureRequest, measure } from './scoring/measure.js';
export { type Corpus, readCorpus } from './text/corpus.js';
export { Vocabulary, type VocabularyRecord } from './text/vocabulary.js';
export { planRun, type RunPlan } from './training/dry-run.js';
export type { FinishedEvent, TrainingEvent } from './training/events.js';
export { type TrainRequest, train } from './training/train.js';
