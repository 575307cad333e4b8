// Changes to bytes that ignore what the bytes mean.

import type { Dice } from './dice.js';

/** A random range of the bytes. */
function range(bytes: Buffer, dice: Dice, longest: number): [from: number, to: number] {
  const from = dice.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + dice.between(1, longest))];
}
const put = (bytes: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);

const telling = Buffer.from('"\\{}[],:0-9eE.+/=\0\n\r\t \u007ftfn');

/** Numbers that no program should write, and some that it might. */
export const numbers = [
  ...['0', '-0', '1', '-1', '2', '4', '7', '0.5', '1e999', '-1e999', '1e-999', '1e308', '5e-324', 'NaN', 'Infinity'],
  ...['2147483648', '4294967295', '4294967296', '9007199254740991', '9007199254740992', '1e16', '1e21', '55296'],
  ...[
    '1114111',
    '1114112',
    '01',
    '1.',
    '.1',
    '+1',
    '0x10',
    '1_000',
    '1n',
    `${'9'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
  ],
];

const changes: readonly ((bytes: Buffer, dice: Dice, other: Buffer) => Buffer)[] = [
  function flipBit(bytes, dice) {
    const changed = Buffer.from(bytes);
    if (bytes.length > 0) changed[dice.below(bytes.length)] ^= 1 << dice.below(8);
    return changed;
  },
  function tellingByte(bytes, dice) {
    const at = dice.below(bytes.length + 1);
    return put(bytes, at, at + dice.below(2), Buffer.from([dice.pick([...telling])]));
  },
  (bytes, dice) => put(bytes, ...range(bytes, dice, 40), Buffer.alloc(0)),
  function randomBytes(bytes, dice) {
    return put(bytes, ...range(bytes, dice, 8), dice.bytes(dice.between(1, 8)));
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  function duplicate(bytes, dice) {
    const [from, to] = range(bytes, dice, 300);
    const at = dice.below(bytes.length + 1);
    return put(bytes, at, at, bytes.subarray(from, to));
  },
  function splice(bytes, dice, other) {
    const [from, to] = range(other, dice, 1000);
    return put(bytes, ...range(bytes, dice, 1000), other.subarray(from, to));
  },
  function crossOver(bytes, dice, other) {
    const at = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(Math.min(at, other.length))]);
  },
  function replaceNumber(bytes, dice) {
    const text = bytes.toString('latin1');
    const all = [...text.matchAll(/(?<=[:,[ ])-?\d+(\.\d+)?(e[+-]?\d+)?(?=[\],}\s])/g)];
    if (all.length === 0) return bytes;
    const { index, 0: number } = dice.pick(all);
    return put(bytes, index, index + number.length, Buffer.from(dice.pick(numbers)));
  },
  function nest(bytes, dice) {
    const open = dice.pick(['[', '{"a":', '[[{"":', '"', '\\']);
    const at = dice.below(bytes.length + 1);
    return put(bytes, at, at, Buffer.from(open.repeat(dice.pick([1, 5, 31, 33, 1000, 20_000]))));
  },
  function repeat(bytes, dice) {
    const [from, to] = range(bytes, dice, 30);
    return put(bytes, from, from, Buffer.concat(Array(dice.pick([2, 10, 100, 2000])).fill(bytes.subarray(from, to))));
  },
];

/** Applies one change to the bytes; some changes copy from `other`. */
export const mutateBytes = (bytes: Buffer, dice: Dice, other: Buffer): Buffer => dice.pick(changes)(bytes, dice, other);

/** Yields chunks of random lengths, some empty, all in the same memory: each overwrites the previous one. */
export async function* inChunks(bytes: Uint8Array, dice: Dice): AsyncGenerator<Uint8Array> {
  // Cutting a long input into very many chunks would only take time.
  const longest = Math.min(bytes.length, Math.max(dice.pick([1, 2, 5, 50, 1000]), Math.floor(bytes.length / 200)));
  const memory = new Uint8Array(longest);
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + dice.between(0, longest));
    memory.fill(0x22).set(chunk);
    yield memory.subarray(0, chunk.length);
    at += chunk.length;
  }
}

/** Yields all bytes at once. */
export async function* atOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
