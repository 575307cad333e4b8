import { setImmediate as turn } from 'node:timers/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { findFollowers } from '../inspection/neurons.js';
import { propertyDefinitions } from '../inspection/text-properties.js';
import { type TracedText, tracedText } from '../inspection/traced-text.js';
import { type Unit, UnitReader } from '../inspection/unit-values.js';
import { statesOf } from '../model/shape.js';
import { propertyNames } from '../options/neuron-options.js';
import type { BackendName } from '../options/training-options.js';
import { Vocabulary } from '../text/vocabulary.js';
import { type FoundUnit, NO_VALUE, type UnitsData } from './report-data.js';

/** Values that a page holds, and the characters that they are for: at most, and if possible at least. */
const MOST_VALUES = 1.5e6;
const [MOST_CHARACTERS, LEAST_CHARACTERS] = [4000, 200];
/** Characters in which units are searched for; fewer than the first say too little. */
const [LEAST_SEARCHED, MOST_SEARCHED] = [2000, 100_000];
/** Steps read at a time. */
const SEQUENCE = 64;

/** The part of a text that is looked at; undefined if the model knows none of its characters. */
export function beginningOf(
  text: Uint32Array,
  length: number,
  { vocabulary: record }: Checkpoint,
): TracedText | undefined {
  const part = text.slice(0, length);
  const vocabulary = new Vocabulary(record);
  const isKnown = vocabulary.unknown || part.some((codePoint) => vocabulary.indexOf(codePoint) >= 0);
  return isKnown ? tracedText(part, record, 'the text', () => {}) : undefined;
}

/** Reads the values of all units along the beginning of a text, and searches for those that follow something in it. */
export async function unitData(
  checkpoint: Checkpoint,
  text: Uint32Array,
  backend: BackendName,
): Promise<UnitsData | null> {
  const { cell, layers, hidden } = checkpoint.model;
  const room = Math.floor(MOST_VALUES / (layers * hidden));
  const length = Math.min(MOST_CHARACTERS, Math.max(LEAST_CHARACTERS, room), text.length);
  const traced = beginningOf(text, length, checkpoint);
  if (!traced) return null;
  // What an lstm remembers is in c.
  const state = statesOf(cell).at(-1) ?? 'h';
  const units = Array.from({ length: layers * hidden }, (_, i): Unit => {
    return { layer: Math.floor(i / hidden), state, index: i % hidden };
  });
  const values = Array.from({ length: layers }, () => new Float32Array(length * hidden).fill(Number.NaN));
  await readUnits(checkpoint, traced, { units, backend }, (character, reader, buffers, row) => {
    const place = traced.places?.[character] ?? character;
    for (let layer = 0; layer < layers; layer++) {
      const { buffer, width, column } = reader.placeOf({ layer, state, index: 0 });
      const from = row * width + column;
      values[layer].set(buffers[buffer].subarray(from, from + hidden), place * hidden);
    }
  });
  const quantised = values.map((layer) => quantise(layer, hidden));
  return {
    ...{ characters: length, layers, hidden, state },
    values: quantised.map(({ bytes }) => Buffer.from(bytes.buffer).toString('base64')),
    scales: quantised.map(({ scales }) => scales),
    found: await searched(checkpoint, text, units, backend),
  };
}

type OnRow = (character: number, reader: UnitReader, buffers: readonly Float32Array[], row: number) => void;

/** Reads a text from start to end, in one stream. */
async function readUnits(
  checkpoint: Checkpoint,
  { tokens }: TracedText,
  { units, backend }: { readonly units: readonly Pick<Unit, 'layer' | 'state'>[]; readonly backend: BackendName },
  onRow: OnRow,
): Promise<void> {
  const reader = new UnitReader(checkpoint, { units, backend, batch: 1, sequence: SEQUENCE });
  for (const { positions, buffers } of reader.read(tokens, { from: 0, to: tokens.length })) {
    positions.forEach((character, row) => {
      if (character >= 0) onRow(character, reader, buffers, row);
    });
    await turn();
  }
}

/** Scales each unit by its largest magnitude. */
function quantise(values: Float32Array, hidden: number): { bytes: Int8Array<ArrayBuffer>; scales: number[] } {
  const scales = new Array<number>(hidden).fill(0);
  values.forEach((value, i) => {
    if (Math.abs(value) > scales[i % hidden]) scales[i % hidden] = Math.abs(value);
  });
  const bytes = new Int8Array(values.length);
  values.forEach((value, i) => {
    const scale = scales[i % hidden] || 1;
    bytes[i] = Number.isNaN(value) ? NO_VALUE : Math.round((127 * value) / scale);
  });
  return { bytes, scales: scales.map((scale) => Number(scale.toPrecision(4))) };
}

async function searched(
  checkpoint: Checkpoint,
  text: Uint32Array,
  units: readonly Unit[],
  backend: BackendName,
): Promise<FoundUnit[]> {
  const traced = beginningOf(text, MOST_SEARCHED, checkpoint);
  if (!traced || traced.read.length < LEAST_SEARCHED) return [];
  const request = { checkpoint, traced, units, backend, names: propertyNames, regex: [], marks: [], top: 1 };
  const { properties } = await findFollowers(request);
  return properties.flatMap(({ property, units }) => {
    const definition = Object.entries(propertyDefinitions).find(([name]) => name === property)?.[1];
    return units
      .filter(({ isFinding }) => isFinding)
      .map(({ layer, index, confirmed }) => {
        const score = Number(confirmed.toFixed(3));
        return { layer, unit: index, follows: definition?.what ?? property, score };
      });
  });
}
