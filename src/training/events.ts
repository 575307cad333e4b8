import type { Message } from '../errors.js';

/** What a training run tells about itself. `--json` prints these objects as they are, one a line. */
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
  /** Characters to train on and characters held out. */
  readonly trainingCharacters: number;
  readonly validationCharacters: number;
  readonly batch: number;
  readonly sequence: number;
  readonly stepsPerEpoch: number;
  /** Steps that were done before, in a run that goes on. */
  readonly step: number;
  /** Total of the run, or null while `--minutes` decides. */
  readonly steps: number | null;
}

export interface StepEvent {
  readonly event: 'step';
  /** Steps done, from 1. */
  readonly step: number;
  /** Passes over the corpus so far, with a fraction. */
  readonly epoch: number;
  /** Nats per character of this step's batch. */
  readonly loss: number;
  readonly learningRate: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Whether the gradient was scaled down to `--clip-norm`. */
  readonly isClipped: boolean;
  readonly charactersPerSecond: number;
  /** Seconds until the end of the run, with the validations to come, as far as is known. */
  readonly secondsLeft: number | null;
}

export interface ValidationEvent {
  readonly event: 'validation';
  readonly step: number;
  readonly epoch: number;
  /** Nats per character of the text held out. */
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

/** Something was adapted, could be had better, or goes wrong without ending the run. */
export interface NoticeEvent {
  readonly event: 'notice';
  /** What was adapted and warnings are always told; a hint is not when the run is to be quiet. */
  readonly kind: 'adapted' | 'hint' | 'warning';
  readonly message: Message;
}

/** The lowest validation loss, and where it was. The weights of this step are the model. */
export interface BestValidation {
  readonly step: number;
  readonly epoch: number;
  /** Nats per character. */
  readonly loss: number;
}

export interface FinishedEvent {
  readonly event: 'finished';
  /** `early`: the validation loss has not fallen for as long as `--patience` allows. */
  readonly reason: 'completed' | 'early' | 'interrupted';
  readonly step: number;
  readonly epoch: number;
  /** Mean training loss of the last steps, nats per character. */
  readonly loss: number;
  /** The latest. */
  readonly validationLoss: number | null;
  readonly best: BestValidation | null;
  readonly seconds: number;
  readonly charactersPerSecond: number;
}
