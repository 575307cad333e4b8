// Examples as batches: in each epoch they are shuffled, put side by side with others of the same length, and the batches
// are shuffled. All of it depends only on the seed and the epoch.

import { Purpose, type RandomKey, randomBits, randomKey } from '../random.js';
import { type Examples, lengthsOf } from './examples.js';

/** Lengths above this are not told apart. */
const LONGEST = 2 ** 13 - 1;
/** Examples that can be told apart. */
const MOST = 2 ** 26;

/** The batches of one epoch after the other: N examples each, the last one perhaps fewer. */
export class Buckets {
  readonly perEpoch: number;
  private epoch = -1;
  private order: Int32Array = new Int32Array(0);
  private batches: Int32Array = new Int32Array(0);

  /** @param members the numbers of the examples to read */
  constructor(
    private readonly examples: Examples,
    private readonly members: Int32Array,
    private readonly N: number,
    private readonly seed: number,
  ) {
    this.perEpoch = Math.ceil(members.length / N);
  }

  /** The examples of a step, counted from 0, the longest to write first. */
  at(step: number): Int32Array {
    const epoch = Math.floor(step / this.perEpoch);
    if (epoch !== this.epoch) this.shuffle(epoch);
    const batch = this.batches[step % this.perEpoch];
    return this.order.slice(batch * this.N, (batch + 1) * this.N).reverse();
  }

  private shuffle(epoch: number): void {
    const key = (use: number): RandomKey => randomKey(this.seed, Purpose.shuffle, epoch, use);
    const drawn = this.members.slice();
    permute(drawn, key(0));
    this.order = byLength(this.examples, drawn);
    this.batches = Int32Array.from({ length: this.perEpoch }, (_, i) => i);
    permute(this.batches, key(1));
    this.epoch = epoch;
  }
}

/** Sorts examples by their length to write, then to read; equal ones stay in their order. */
export function byLength(examples: Examples, members: Int32Array): Int32Array {
  if (members.length > MOST) throw new RangeError(`${members.length} examples`);
  const keys = Float64Array.from(members, (example, place) => {
    const { read, written } = lengthsOf(examples, example);
    return (Math.min(written, LONGEST) * (LONGEST + 1) + Math.min(read, LONGEST)) * MOST + place;
  });
  keys.sort();
  return Int32Array.from(keys, (value) => members[value % MOST]);
}

/** Shuffles in place (Fisher and Yates). */
function permute(values: Int32Array, key: RandomKey): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor((randomBits(key, i) / 2 ** 32) * (i + 1));
    [values[i], values[j]] = [values[j], values[i]];
  }
}

/** Splits examples at random: the numbers of those to train on, and of those held out. Shared memory. */
export function splitExamples(
  count: number,
  share: number,
  seed: number,
): { readonly training: Int32Array; readonly validation: Int32Array } {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  permute(all, randomKey(seed, Purpose.shuffle, 0, 2));
  const heldOut = Math.min(count - 1, Math.round(count * share));
  return { training: shared(all.subarray(heldOut).sort()), validation: shared(all.subarray(0, heldOut).sort()) };
}

function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
