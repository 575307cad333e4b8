// Training events in words.

import { textOf } from '../errors.js';
import { counted, formatBytes, formatCount, formatDuration, formatLoss, formatRate, visible } from '../format.js';
import type {
  BestValidation,
  FinishedEvent,
  SampleEvent,
  StartedEvent,
  StepEvent,
  TrainingEvent,
  ValidationEvent,
} from '../training/events.js';
import { colour } from './capabilities.js';

/** Returns the line or lines that an event prints; undefined for a step, which only updates the status. */
export function permanentLine(event: TrainingEvent): string | undefined {
  switch (event.event) {
    case 'started':
      return startedLine(event);
    case 'validation': {
      const best = event.loss <= event.bestLoss ? colour.green('best so far') : `best ${event.bestLoss.toFixed(3)}`;
      return `step ${formatCount(event.step)}  epoch ${event.epoch.toFixed(2)}  validation loss ${formatLoss(event.loss)}  ${best}`;
    }
    case 'sample':
      return sampleLines(event);
    case 'saved':
      return `saved ${visible(event.path)} (${formatBytes(event.bytes)}) at step ${formatCount(event.step)}`;
    case 'notice':
      return noticeLine(textOf(event.message), event.kind === 'warning' ? 'warning' : 'note');
    case 'finished':
      return finishedLine(event);
    case 'step':
      return undefined;
  }
}

/** Formats a note or a warning. */
export const noticeLine = (message: string, kind: 'note' | 'warning' = 'note'): string =>
  `${colour.yellow(`${kind}:`)} ${visible(message)}`;

/** Minimum seconds between two lines about validations: if the loss is the lowest so far, and otherwise. */
const BEST_EVERY = 1;
const VALIDATION_EVERY = 5;

/** The status of a run, from its latest step and earlier events. */
export class Status {
  private steps: number | null = null;
  private validationLoss: number | undefined;
  private validationShownAt = Number.NEGATIVE_INFINITY;

  /** @param now seconds */
  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  /** Remembers an event. @returns the line, or lines, that it leaves on the screen, if any */
  take(event: TrainingEvent): string | undefined {
    if (event.event === 'started') this.steps = event.steps;
    if (event.event !== 'validation') return permanentLine(event);
    this.validationLoss = event.loss;
    return this.isWorthALine(event) ? permanentLine(event) : undefined;
  }

  /** A small text is validated many times a second. */
  private isWorthALine({ loss, bestLoss }: ValidationEvent): boolean {
    const now = this.now();
    const interval = loss <= bestLoss ? BEST_EVERY : VALIDATION_EVERY;
    if (now - this.validationShownAt < interval) return false;
    this.validationShownAt = now;
    return true;
  }

  /** Returns the parts of a status line, the most important first: the essential ones, and additional ones. */
  parts({ step, loss, epoch, secondsLeft, charactersPerSecond }: StepEvent): { first: string[]; more: string[] } {
    const total = this.steps === null ? '' : `/${formatCount(this.steps)}`;
    const first = [`step ${formatCount(step)}${total}`, `loss ${formatLoss(loss)}`, `epoch ${epoch.toFixed(2)}`];
    if (secondsLeft !== null) first.push(`${formatDuration(secondsLeft)} left`);
    const more = [formatRate(charactersPerSecond)];
    if (this.validationLoss !== undefined) more.push(`validation ${this.validationLoss.toFixed(3)}`);
    return { first, more };
  }
}

function startedLine(event: StartedEvent): string {
  const { cell, layers, hidden, parameters, vocabulary, trainingCharacters, validationCharacters } = event;
  const { task, trainingExamples, validationExamples = 0 } = event;
  const model = colour.bold(`${cell} ${layers}×${hidden}${task === undefined ? '' : `, ${task}`}`);
  const heldOut = task === undefined ? validationCharacters : validationExamples;
  const held = heldOut > 0 ? ` (${formatCount(heldOut)} more for validation)` : '';
  const amount =
    trainingExamples === undefined
      ? `${formatCount(trainingCharacters)} characters${held}`
      : `${counted(trainingExamples, 'example')}${held} of ${formatCount(trainingCharacters)} characters`;
  const window = task === undefined ? `batch ${event.batch} × sequence ${event.sequence}` : `batch ${event.batch}`;
  const times = event.accumulate > 1 ? ` × ${event.accumulate}` : '';
  const from = event.step > 0 ? `; continues after step ${formatCount(event.step)}` : '';
  return (
    `${model}, ${formatCount(parameters)} parameters; ` +
    `${amount}, ${formatCount(vocabulary)} distinct; ` +
    `${window}${times}, ${counted(event.stepsPerEpoch, 'step')} per epoch; ${event.backend}${from}`
  );
}

function sampleLines({ step, text }: SampleEvent): string {
  const lines = text.split('\n').map((line) => `  ${visible(line)}`.trimEnd());
  return [colour.dim(`sample at step ${formatCount(step)}`), ...lines].join('\n');
}

function finishedLine(event: FinishedEvent): string {
  const { step, epoch, loss, validationLoss, best, seconds, charactersPerSecond } = event;
  const reason = event.reason === 'early' ? 'stopped early' : event.reason;
  const parts = [
    `${colour.bold(reason)} after ${formatCount(step)} steps, ${epoch.toFixed(2)} epochs, ${formatDuration(seconds)}`,
  ];
  if (Number.isFinite(loss)) parts.push(`loss ${formatLoss(loss)}`);
  if (validationLoss !== null) parts.push(`validation loss ${formatLoss(validationLoss)}`);
  if (validationLoss !== null && best !== null && best.step < step) parts.push(bestModel(best, validationLoss));
  parts.push(formatRate(charactersPerSecond));
  return parts.join('; ');
}

/** A validation loss this many times the lowest indicates overfitting since then. */
const OVERFITTED = 1.01;

function bestModel({ step, epoch, loss }: BestValidation, last: number): string {
  const model = `the model is from step ${formatCount(step)} (epoch ${epoch.toFixed(2)}, validation loss ${loss.toFixed(3)})`;
  return last > OVERFITTED * loss ? `overfitted since; ${model}` : model;
}
