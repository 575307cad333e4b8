import type { TensorShape } from '../kernels/kernels.js';
import type { TaskName } from '../options/task-options.js';
import type { CellName } from '../options/training-options.js';
import { bias, type Cell, type Parameter, weights } from './cell.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { rnn } from './rnn.js';

/** What a network is asked, if not to continue a text. */
export interface Task {
  readonly name: TaskName;
  /** What the network tells apart (label), or begins from (describe); sorted. */
  readonly labels?: readonly string[] | undefined;
  /** Size of the vectors that it begins from (describe) or reads in place of symbols (label, translate). */
  readonly features?: number | undefined;
  /** Whether the encoder reads the source from its end (translate). */
  readonly isSourceReversed?: boolean | undefined;
}

/** The shape of a model: everything needed to lay out its parameters. */
export interface ModelShape {
  readonly cell: CellName;
  /** Stacked layers (L). */
  readonly layers: number;
  /** Hidden size of each layer (H). */
  readonly hidden: number;
  /** Symbols of the vocabulary (V). */
  readonly vocabulary: number;
  /** Undefined for a model of text that goes on. */
  readonly task?: Task | undefined;
}

/** Size of the output: symbols, or labels. */
export const outputsOf = ({ task, vocabulary }: ModelShape): number =>
  task?.name === 'label' ? (task.labels?.length ?? 0) : vocabulary;

/** Size of the vectors that a stack reads; undefined if it reads symbols. */
export function featuresRead({ task }: ModelShape, stack: 'layer' | 'encoder'): number | undefined {
  if (stack === 'encoder') return task?.name === 'translate' ? task.features : undefined;
  return task?.name === 'label' ? task.features : undefined;
}

/** Size of the vector that the initial states are computed from, if they are. */
export const givenWidth = ({ task }: ModelShape): number | undefined =>
  task?.name === 'describe' ? (task.features ?? task.labels?.length) : undefined;

/** The cells by name. A new cell is one file and one entry here. */
export const cellsByName: Readonly<Record<CellName, Cell>> = { rnn, lstm, gru };

/** A parameter and its place in a model. */
export interface ModelParameter extends Parameter {
  /** The layer, or the decoder, and the parameter's name there. `name` has both: `layer0.Wx`. */
  readonly group: string;
  readonly own: string;
  /** The axis along which each symbol of the vocabulary has its own row or column, if any. */
  readonly vocabularyAxis: number | undefined;
}

/**
 * Returns all parameters of a model in the order of its flat block: layers from the input up, then the decoder, then what
 * the initial states are computed by.
 */
export function parameterShapes(shape: ModelShape): ModelParameter[] {
  const { cell, layers, hidden: H, vocabulary: V, task } = shape;
  const all: ModelParameter[] = [];
  const add = (group: string, parameter: Parameter, vocabularyAxis?: number): void => {
    all.push({ ...parameter, name: `${group}.${parameter.name}`, group, own: parameter.name, vocabularyAxis });
  };
  const addStack = (prefix: 'layer' | 'encoder'): void => {
    const features = featuresRead(shape, prefix);
    // Layer 0 reads one-hot rows, with one nonzero element, or vectors; the layers above read outputs.
    const bottom = features === undefined ? [V, 1] : [features, features];
    for (let l = 0; l < layers; l++) {
      const [D, inputs] = l === 0 ? bottom : [H, H];
      for (const parameter of cellsByName[cell].parameters(D, H, inputs)) {
        const isBySymbol = l === 0 && features === undefined && parameter.name === 'Wx';
        add(`${prefix}${l}`, parameter, isBySymbol ? 0 : undefined);
      }
    }
  };
  addStack('layer');
  const outputs = outputsOf(shape);
  const isOfSymbols = task?.name !== 'label';
  add('decoder', weights('W', H, outputs, H), isOfSymbols ? 1 : undefined);
  add('decoder', bias('b', outputs), isOfSymbols ? 0 : undefined);
  if (task?.name === 'translate') addStack('encoder');
  const given = givenWidth(shape);
  if (given === undefined) return all;
  const nonzero = task?.features === undefined ? 1 : given;
  for (let l = 0; l < layers; l++) {
    for (const state of statesOf(cell)) {
      add(`initial${l}`, weights(`W${state}`, given, H, nonzero));
      add(`initial${l}`, bias(`b${state}`, H));
    }
  }
  return all;
}

/** The states of a cell, by its own names. */
export const statesOf = (cell: CellName): string[] => ['h', ...cellsByName[cell].arrays.states];

/**
 * Returns all states that a model of text carries from batch to batch, for batch size N: `layer<l>.h`, and `layer<l>.c`
 * for an lstm.
 */
export function stateShapes({ cell, layers, hidden, task }: ModelShape, N: number): TensorShape[] {
  if (task) return [];
  return Array.from({ length: layers }, (_, l) =>
    statesOf(cell).map((state) => ({ name: `layer${l}.${state}`, shape: [N, hidden] })),
  ).flat();
}
