// Which units of a network are looked at.

import { CharrnnError, line, option } from '../errors.js';
import { counted, formatCount } from '../format.js';
import { type ModelShape, statesOf } from '../model/shape.js';
import type { unitStates } from '../options/neuron-options.js';
import { gatesOf, type Unit } from './unit-values.js';

export interface UnitChoice {
  /** States or gates; if not given, all states. */
  readonly state?: (typeof unitStates)[number] | undefined;
  /** Counted from 0; all if not given. */
  readonly layer?: number | undefined;
}

/**
 * All units of the layers and states that are chosen: by layer, then by state, then by index.
 * @throws CharrnnError (exit code 2) if the network does not have them
 */
export function chooseUnits(shape: ModelShape, { state, layer }: UnitChoice): Unit[] {
  checkLayer(shape, layer ?? 0, 'layer');
  const layers = layer === undefined ? Array.from({ length: shape.layers }, (_, l) => l) : [layer];
  const names = statesChosen(shape, state);
  return layers.flatMap((l) =>
    names.flatMap((name) => Array.from({ length: shape.hidden }, (_, index) => ({ layer: l, state: name, index }))),
  );
}

function statesChosen({ cell }: ModelShape, state: UnitChoice['state']): readonly string[] {
  const [states, gates] = [statesOf(cell), gatesOf(cell)];
  if (state === undefined) return states;
  if (state === 'all') return [...states, ...gates];
  const chosen = state === 'gates' ? gates : states.filter((name) => name === state);
  if (chosen.length > 0) return chosen;
  const has = `this model's cell, ${cell}, has ${[...states, ...gates].join(', ')}`;
  throw new CharrnnError(line`${option('state')} ${state}: ${has}; choose among them`, 2);
}

/** Reads units as people write them: `0:c:17`. @throws CharrnnError (exit code 2) for one that the network lacks */
export function parseUnits(shape: ModelShape, texts: readonly string[]): Unit[] {
  const { cell, hidden } = shape;
  const names = [...statesOf(cell), ...gatesOf(cell)];
  return texts.map((text) => {
    const [, layer, state, index] = /^(\d{1,9}):([a-z]+):(\d{1,9})$/.exec(text) ?? [];
    const refuse = (fault: string): CharrnnError => new CharrnnError(line`${option('unit')} ${text}: ${fault}`, 2);
    if (layer === undefined) throw refuse('not a unit; give layer:state:index, such as 0:h:17');
    if (!names.includes(state)) throw refuse(`this model's cell, ${cell}, has ${names.join(', ')}; choose one of them`);
    checkLayer(shape, Number(layer), 'unit');
    if (Number(index) >= hidden) {
      throw refuse(`the layers have ${formatCount(hidden)} units; give an index from 0 to ${hidden - 1}`);
    }
    return { layer: Number(layer), state, index: Number(index) };
  });
}

function checkLayer({ layers }: ModelShape, layer: number, key: 'layer' | 'unit'): void {
  if (layer < layers) return;
  const fault = `the model has ${counted(layers, 'layer')}, counted from 0`;
  throw new CharrnnError(line`${option(key)}: layer ${layer}: ${fault}; choose one of them`, 2);
}
