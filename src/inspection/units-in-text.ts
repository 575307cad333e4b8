// What the library offers for single units: the search and the values, along a text in memory.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { requireTask } from '../checkpoint/tasks.js';
import { line, option } from '../errors.js';
import { neuronOptions, propertyNames } from '../options/neuron-options.js';
import { checkMembers, checkValue } from '../options/option.js';
import { type BackendName, defaultBackend } from '../options/training-options.js';
import { findFollowers, type UnitFindings, unitValues } from './neurons.js';
import { tracedText } from './traced-text.js';
import { chooseUnits, parseUnits, type UnitChoice } from './units.js';

export interface FindUnitsRequest extends UnitChoice {
  /** Properties of the text to search for. Default: all, or none if there is a regular expression. */
  readonly property?: readonly (typeof propertyNames)[number][];
  /** Regular expressions whose matches are properties, too. */
  readonly regex?: readonly string[];
  /** Units for each property. Default: 1. */
  readonly top?: number;
  readonly backend?: BackendName;
}

/**
 * Finds the unit that follows each property of a text best, on its first half, and confirms it on the second.
 * @throws CharrnnError (as a rejection)
 */
export async function findUnits(
  checkpoint: Checkpoint,
  text: string,
  request: FindUnitsRequest = {},
): Promise<UnitFindings> {
  checkMembers(neuronOptions, { ...request, property: undefined });
  requireTask(checkpoint, ['text']);
  const { regex = [], top = 1, backend = defaultBackend } = request;
  const names = request.property ?? (regex.length > 0 ? [] : propertyNames);
  const choices = { type: 'choice', group: '', description: '', choices: propertyNames, default: undefined } as const;
  for (const name of names) checkValue(line`${option('property')} ${name}`, choices, name);
  const units = chooseUnits(checkpoint.model, request);
  return findFollowers({
    checkpoint,
    traced: tracedOf(checkpoint, text),
    units,
    names,
    regex,
    marks: [],
    top,
    backend,
  });
}

/**
 * Yields the values of units after each character of a text: of all in the chosen layers and states, by layer, state and
 * index, or of those in `units`, such as `0:c:17`.
 * @throws CharrnnError (as a rejection)
 */
export async function* traceUnits(
  checkpoint: Checkpoint,
  text: string,
  request: UnitChoice & { readonly units?: readonly string[]; readonly backend?: BackendName } = {},
): AsyncGenerator<{ readonly character: string; readonly values: Float32Array }> {
  checkMembers(neuronOptions, request);
  requireTask(checkpoint, ['text']);
  const { model } = checkpoint;
  const units = request.units ? parseUnits(model, request.units) : chooseUnits(model, request);
  const traced = tracedOf(checkpoint, text);
  let at = 0;
  for await (const { count, width, values } of unitValues({
    ...{ checkpoint, traced, units, backend: request.backend ?? defaultBackend },
  })) {
    for (let i = 0; i < count; i++) {
      const character = String.fromCodePoint(traced.read[at++]);
      yield { character, values: values.slice(i * width, (i + 1) * width) };
    }
  }
}

/** Characters that the model does not know are left out. */
function tracedOf({ vocabulary }: Checkpoint, text: string) {
  const codePoints = Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return tracedText(codePoints, vocabulary, 'the text', () => {});
}
