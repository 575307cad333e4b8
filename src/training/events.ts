import type { Message } from '../errors.js';

/** What a training run reports. `--json` prints these objects as they are, one per line. */
export type TrainingEvent =
  | StartedEvent
  | StepEvent
  | ValidationEvent
  | SampleEvent
  | SavedEvent
  | NoticeEvent
  | FinishedEvent;

export interface StartedEvent {
  readonly event: 'started';
  readonly cell: string;
  readonly layers: number;
  readonly hidden: number;
  readonly parameters: number;
  readonly vocabulary: number;
  /** Number of characters to train on, and number held out. */
  readonly trainingCharacters: number;
  readonly validationCharacters: number;
  /** For examples: their task, and how many there are. */
  readonly task?: string | undefined;
  readonly trainingExamples?: number;
  readonly validationExamples?: number;
  readonly batch: number;
  readonly sequence: number;
  /** Batches of a step. */
  readonly accumulate: number;
  readonly stepsPerEpoch: number;
  /** Steps already done when a run is resumed; 0 for a new run. */
  readonly step: number;
  /** Total steps of the run, or null when `--minutes` decides. */
  readonly steps: number | null;
  /** What computes: native, wasm, fused or blas. */
  readonly backend: string;
}

export interface StepEvent {
  readonly event: 'step';
  /** Number of steps done, from 1. */
  readonly step: number;
  /** Passes over the corpus so far, with a fraction. */
  readonly epoch: number;
  /** Nats per character of the batch of this step. */
  readonly loss: number;
  readonly learningRate: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Whether the gradient was scaled down to `--clip-norm`. */
  readonly isClipped: boolean;
  readonly charactersPerSecond: number;
  /** Estimated seconds until the end of the run, including validations; null when unknown. */
  readonly secondsLeft: number | null;
}

export interface ValidationEvent {
  readonly event: 'validation';
  readonly step: number;
  readonly epoch: number;
  /** Nats per character of the held-out text. */
  readonly loss: number;
  readonly bitsPerCharacter: number;
  /** The lowest validation loss so far, this one included. */
  readonly bestLoss: number;
}

export interface SampleEvent {
  readonly event: 'sample';
  readonly step: number;
  readonly text: string;
}

export interface SavedEvent {
  readonly event: 'saved';
  readonly step: number;
  readonly path: string;
  readonly bytes: number;
}

/** An option was adapted, something could be improved, or something failed without ending the run. */
export interface NoticeEvent {
  readonly event: 'notice';
  /** A quiet run still reports `adapted` and `warning`, but not `hint`. */
  readonly kind: 'adapted' | 'hint' | 'warning';
  readonly message: Message;
}

/** The lowest validation loss, and the step at which it was measured. The weights of this step are the model. */
export interface BestValidation {
  readonly step: number;
  readonly epoch: number;
  /** Nats per character. */
  readonly loss: number;
}

export interface FinishedEvent {
  readonly event: 'finished';
  /** `early`: the validation loss has not improved for as many validations as `--patience` allows. */
  readonly reason: 'completed' | 'early' | 'interrupted';
  readonly step: number;
  readonly epoch: number;
  /** Mean training loss of the last steps, nats per character. */
  readonly loss: number;
  /** The latest one, in nats per character. */
  readonly validationLoss: number | null;
  readonly best: BestValidation | null;
  readonly seconds: number;
  readonly charactersPerSecond: number;
}
