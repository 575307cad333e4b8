import { formatBytes, formatCount, formatMemory, visible } from '../format.js';
import type { ParameterGroup, RunPlan } from '../training/dry-run.js';
import { outputColour } from './colour.js';
import { formatDuration, formatRate, formatTable } from './format.js';

/** A plan for people: tables of parameters and of memory, then what there is to read, to do and to wait for. */
export function planLines(plan: RunPlan): string[] {
  const { cell, layers, hidden, parameters } = plan.model;
  const title = `${outputColour.bold(`${cell} ${layers}×${hidden}`)}, ${formatCount(parameters)} parameters`;
  return [title, '', ...parameterLines(plan.groups), '', ...memoryLines(plan.memory), '', ...restLines(plan)];
}

function parameterLines(groups: readonly ParameterGroup[]): string[] {
  const rows = groups.map(({ name, tensors, parameters }) => {
    const shapes = tensors.map((tensor) => `${tensor.name} ${tensor.shape.join('×')}`).join('  ');
    return [name, shapes, formatCount(parameters)];
  });
  return table([['group', 'tensors', 'parameters'], ...rows], [2]);
}

function memoryLines({ parts, webAssembly, total, machine }: RunPlan['memory']): string[] {
  const rows = parts.map(({ name, bytes }) => [name, formatMemory(bytes)]);
  const sums = [
    ['together', formatMemory(total)],
    ['of which in WebAssembly, at most 4.0 GiB', formatMemory(webAssembly)],
    ['this machine has', formatMemory(machine.total)],
    ['free now', formatMemory(machine.available)],
  ];
  return table([['memory', 'size'], ...rows, ...sums], [1]);
}

function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const [heading, ...lines] = formatTable(rows, right);
  return [outputColour.dim(heading), ...lines];
}

function restLines({ model, corpus, run, estimate, checkpoint }: RunPlan): string[] {
  const { characters, training, validation } = corpus;
  const parts = `${formatCount(training)} to train on, ${formatCount(validation)} for validation`;
  const steps = run.steps === null ? 'in all what fits in the time' : `${formatCount(run.steps)} in all`;
  const window = `batch ${formatCount(run.batch)} × sequence ${formatCount(run.sequence)}`;
  return formatTable([
    ['text', `${formatCount(characters)} characters, ${formatCount(model.vocabulary)} different: ${parts}`],
    ['steps', `${window}, ${formatCount(run.stepsPerEpoch)} steps an epoch, ${steps}`],
    ['time', timeText(run, estimate)],
    ['checkpoint', `${visible(checkpoint.path)}, about ${formatBytes(checkpoint.bytes)}`],
  ]);
}

function timeText({ steps: inAll, threads, backend }: RunPlan['run'], estimate: RunPlan['estimate']): string {
  const { steps, seconds, secondsPerStep, charactersPerSecond } = estimate;
  const by = `${threads} ${threads === 1 ? 'thread' : 'threads'}, ${backend}`;
  const total = formatDuration(seconds);
  if (steps === 0) {
    const slow = `no step ended within ${secondsPerStep}s (${by})`;
    return inAll === null ? `${total}; ${slow}` : `more than ${total}: ${slow}`;
  }
  const trial = steps === 1 ? '1 step' : `${formatCount(steps)} steps`;
  const estimated = `an estimate from ${trial} just now: ${formatRate(charactersPerSecond)} (${by})`;
  if (inAll === null) return `${total}, about ${formatCount(Math.floor(seconds / secondsPerStep))} steps, ${estimated}`;
  return `about ${total}, ${estimated}`;
}
