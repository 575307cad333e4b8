// Changes to JSON documents that know the structure of checkpoints.

import { numbers } from './bytes.js';
import type { Dice } from './dice.js';

type Owner = Record<string, unknown> | unknown[];

/** Marks text in a document that JSON.stringify would not write. */
const MARK = '\ue000';
const raw = (text: string): string => `${MARK}${text}${MARK}`;
const isOwner = (value: unknown): value is Owner => typeof value === 'object' && value !== null;

/** All objects and arrays of a document. */
function ownersIn(value: unknown, found: Owner[] = []): Owner[] {
  if (!isOwner(value)) return found;
  found.push(value);
  for (const inner of Object.values(value)) ownersIn(inner, found);
  return found;
}

const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '', '0', 'length'];
const names = ['model', 'vocabulary', 'parameters', 'shape', 'dtype', 'data', 'options', 'layers', 'decoder.b', 'step'];
const longKey = 'k'.repeat(60_000);

/** Sets a member of any name, even `__proto__`; in an array, only an index. */
function set(owner: Owner, key: string, value: unknown): void {
  if (Array.isArray(owner) && !/^\d{1,4}$/.test(key)) return;
  Object.defineProperty(owner, key, { value, enumerable: true, writable: true, configurable: true });
}

const floats = [0, -0, 1, -1, 1e38, -3e38, 1e-45, Number.NaN, Number.POSITIVE_INFINITY];

/** Base64 with a wrong length, wrong characters, or values that no weight should have. */
function mutateBase64(data: string, dice: Dice): string {
  const bytes = Buffer.from(data, 'base64');
  const at = dice.below(data.length + 1);
  switch (dice.below(6)) {
    case 0:
      return data.slice(0, at);
    case 1:
      return (
        data.slice(0, at) +
        dice.pick(['=', '==', '-', '_', ' ', '\n', '\u0000', 'é', 'A', 'AAAA', '"']) +
        data.slice(at)
      );
    case 2:
      return data + data.slice(at);
    case 3:
      return data.repeat(dice.pick([0, 2, 100]));
    default:
      if (bytes.length >= 4) bytes.writeFloatLE(dice.pick(floats), 4 * dice.below(Math.floor(bytes.length / 4)));
      return bytes.toString('base64');
  }
}

function otherValue(value: unknown, dice: Dice, document: unknown): unknown {
  if (typeof value === 'string' && value.length > 8 && dice.below(4) > 0) return mutateBase64(value, dice);
  if (typeof value === 'number' && dice.below(2) > 0)
    return value + dice.pick([-1, 1, 0.5, 2 ** 31, 2 ** 53, -2 * value]);
  const values: readonly (() => unknown)[] = [
    () => raw(dice.pick(numbers)),
    () => dice.pick([null, true, false, '', 'lstm', 'adam', 'float64', 'NaN', '\ud800', longKey]),
    () => dice.pick([[], {}, [[]], [null], { __proto__: null }, Array(1000).fill(1), [1e6, 1e6], [2 ** 31, 2 ** 31]]),
    () => raw('['.repeat(dice.between(1, 40)) + ']'.repeat(dice.between(1, 40))),
    () => dice.pick(ownersIn(document)),
    () => String(value),
    () => [value],
  ];
  return dice.pick(values)();
}

/** Changes a document once, in place. */
function change(document: unknown, dice: Dice): void {
  const owner = dice.pick(ownersIn(document).filter((found) => Object.keys(found).length > 0));
  if (!owner) return;
  const members = Object.entries(owner);
  const [key, value] = dice.pick(members);
  const [otherKey, other] = dice.pick(members);
  switch (dice.below(7)) {
    case 0:
      Reflect.deleteProperty(owner, key);
      break;
    case 1:
      Reflect.deleteProperty(owner, key);
      set(owner, dice.pick([...keys, ...names, longKey]), value);
      break;
    case 2:
      set(owner, dice.pick([...keys, ...names]), otherValue(value, dice, {}));
      break;
    case 3:
      set(owner, key, other);
      set(owner, otherKey, value);
      break;
    case 4:
      if (Array.isArray(owner)) owner.splice(dice.below(owner.length), dice.below(2), value);
      else
        for (const [name, inner] of members.reverse()) if (Reflect.deleteProperty(owner, name)) set(owner, name, inner);
      break;
    default:
      // Copies, or a value could end up inside itself.
      set(owner, key, structuredClone(otherValue(value, dice, structuredClone(value))));
  }
}

const codePoints = [
  ...[0, 7, 9, 10, 13, 0x1b, 0x61, 0x7f, 0x9b, 0x202e, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xfeff, 0xfffd, 0xffff],
  ...[0x10000, 0x1f600, 0x10ffff],
];

/** Changes values but keeps the form of a checkpoint, to get past the checks of form. */
function changeGently(document: unknown, dice: Dice): void {
  const owners = ownersIn(document);
  const arrays = owners.filter((owner) => 'data' in owner && typeof owner.data === 'string');
  const texts = owners.filter((owner) => 'codePoints' in owner && Array.isArray(owner.codePoints));
  const kind = dice.below(4);
  if (kind === 0 && texts.length > 0) {
    const text = dice.pick(texts);
    const length = 'codePoints' in text && Array.isArray(text.codePoints) ? text.codePoints.length : 0;
    const chosen = new Set(dice.several(length, length, () => dice.pick(codePoints)));
    set(
      text,
      'codePoints',
      [...chosen].sort((a, b) => a - b),
    );
  } else if (kind > 1 && arrays.length > 0) {
    const array = dice.pick(arrays);
    const bytes = Buffer.from('data' in array ? String(array.data) : '', 'base64');
    const float = dice.pick(floats);
    const first = dice.oneIn(2) ? 0 : 4 * dice.below(bytes.length / 4);
    const last = dice.oneIn(2) ? bytes.length : first + 4;
    for (let at = first; at + 4 <= last; at += 4) bytes.writeFloatLE(float, at);
    set(array, 'data', bytes.toString('base64'));
  } else {
    const owner = dice.pick(owners);
    const of = Object.entries(owner).filter(([, value]) => typeof value === 'number');
    if (of.length > 0) set(owner, dice.pick(of)[0], raw(dice.pick(numbers)));
  }
}

/** Applies some changes to the text of a document. A key may then occur twice. */
export function mutateDocument(text: string, dice: Dice): string {
  const document: unknown = JSON.parse(text);
  const by = dice.oneIn(3) ? changeGently : change;
  for (let changes = dice.between(1, 3); changes > 0; changes--) by(document, dice);
  const changed = JSON.stringify(document, null, dice.pick([0, 0, 1]))
    .replaceAll(`"${MARK}`, '')
    .replaceAll(`${MARK}"`, '');
  if (!dice.oneIn(10)) return changed;
  const all = [...changed.matchAll(/"(\w+)":/g)].map(([, key]) => key);
  return all.length > 1 ? changed.replace(`"${dice.pick(all)}":`, `"${dice.pick([...all, '__proto__'])}":`) : changed;
}
