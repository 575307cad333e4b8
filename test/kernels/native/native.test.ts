// Machine code against WebAssembly, bit by bit: random shapes, numbers that arithmetic treats specially, every target
// that this processor can run. And machine code at the very end of its memory, where one byte more ends the process.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Kernels, Range, Tensor, UpdateRule } from '../../../src/kernels/kernels.js';
import { Assembler } from '../../../src/kernels/native/assembler.js';
import { emitKernel } from '../../../src/kernels/native/loops.js';
import { NativeKernels } from '../../../src/kernels/native/native.js';
import { descriptions } from '../../../src/kernels/native/pointwise.js';
import { findTarget, type Target } from '../../../src/kernels/native/processor.js';
import { emitProduct, highestTile } from '../../../src/kernels/native/products.js';
import { Plan } from '../../../src/kernels/plan.js';
import { createMemory, packedSize, scratchSize, WasmKernels } from '../../../src/kernels/wasm.js';
import { optimizers } from '../../../src/options/training-options.js';
import { randomKey, uniform } from '../../../src/random.js';

/** The vectors of the processor, and shorter ones. */
const widest = findTarget(false);
const targets: readonly Target[] =
  widest === undefined
    ? []
    : [256, 512].flatMap((length) =>
        length <= widest.length ? [{ length: length as Target['length'], fused: false }] : [],
      );

/** Random numbers of one trial. */
class Dice {
  private count = 0;
  private readonly key: readonly [number, number];

  constructor(trial: number) {
    this.key = randomKey(11, trial);
  }

  fraction(): number {
    return uniform(this.key, this.count++);
  }

  integer(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.fraction());
  }

  range(size: number): Range {
    const from = this.integer(0, size);
    return { from, to: this.integer(from, size) };
  }

  /** One in ten is special: NaN, infinite, −0, denormal, or where e^x ends. */
  number(): number {
    const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-42, 3e38, -3e38, 88.5, -87.5, 1e-20];
    if (this.fraction() < 0.1) return special[this.integer(0, special.length - 1)];
    return (2 * this.fraction() - 1) * 10 ** this.integer(-3, 2);
  }
}

interface Call {
  /** Tensors with random numbers; those whose name begins with `i` hold indices below 40. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly run: (k: Kernels, x: Readonly<Record<string, Tensor>>) => void;
}

const rule = (optimizer: UpdateRule['optimizer'], step: number): UpdateRule => ({
  ...{ optimizer, learningRate: 0.01, decay: optimizer === 'adamw' ? 1e-4 : 0 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, correction1: 1 - 0.9 ** step, correction2: 1 - 0.999 ** step },
});

const SYMBOLS = 40;

/** Every kernel that is machine code. */
const calls: Readonly<Record<string, (dice: Dice) => Call>> = {
  add: (d) => {
    const P = d.integer(1, 300);
    return { shapes: { x: [P], y: [P] }, run: (k, { x, y }) => k.add(x, y) };
  },
  scale: (d) => {
    const P = d.integer(1, 300);
    const range = d.range(P);
    return { shapes: { x: [P] }, run: (k, { x }) => k.scale(x, 0.37, range) };
  },
  clamp: (d) => {
    const P = d.integer(1, 300);
    const range = d.range(P);
    return { shapes: { x: [P] }, run: (k, { x }) => k.clamp(x, 0.5, range) };
  },
  blend: (d) => {
    const P = d.integer(1, 300);
    const range = d.range(P);
    return { shapes: { x: [P], y: [P] }, run: (k, { x, y }) => k.blend(x, y, 0.1, range) };
  },
  rnnForward: (d) => {
    const shape = [d.integer(1, 9), d.integer(1, 70)];
    return { shapes: { a: shape, h: shape }, run: (k, { a, h }) => k.rnnForward(a, h) };
  },
  rnnBackward: (d) => {
    const shape = [d.integer(1, 9), d.integer(1, 70)];
    return { shapes: { h: shape, dh: shape, da: shape }, run: (k, { h, dh, da }) => k.rnnBackward(h, dh, da) };
  },
  lstmForward: (d) => {
    const [R, H] = [d.integer(1, 9), d.integer(1, 70)];
    const state = [R, H];
    return {
      shapes: { a: [R, 4 * H], c0: state, c: state, tanhC: state, h: state },
      run: (k, { a, c0, c, tanhC, h }) => k.lstmForward(a, c0, c, tanhC, h),
    };
  },
  lstmBackward: (d) => {
    const [R, H] = [d.integer(1, 9), d.integer(1, 70)];
    const state = [R, H];
    return {
      shapes: { gates: [R, 4 * H], c0: state, tanhC: state, dh: state, dc: state },
      run: (k, { gates, c0, tanhC, dh, dc }) => k.lstmBackward(gates, c0, tanhC, dh, dc),
    };
  },
  gruForward: (d) => {
    const [R, H] = [d.integer(1, 9), d.integer(1, 70)];
    return {
      shapes: { ax: [R, 3 * H], ah: [R, 3 * H], h0: [R, H], h: [R, H] },
      run: (k, { ax, ah, h0, h }) => k.gruForward(ax, ah, h0, h),
    };
  },
  gruBackward: (d) => {
    const [R, H] = [d.integer(1, 9), d.integer(1, 70)];
    return {
      shapes: { gates: [R, 3 * H], ah: [R, 3 * H], h0: [R, H], dh: [R, H], dh0: [R, H] },
      run: (k, { gates, ah, h0, dh, dh0 }) => k.gruBackward(gates, ah, h0, dh, dh0),
    };
  },
  dropout: (d) => {
    const P = d.integer(1, 300);
    const key = randomKey(d.integer(0, 1e6));
    const [rate, first] = [0.9 * d.fraction(), d.integer(0, 1e6)];
    return { shapes: { x: [P], out: [P] }, run: (k, { x, out }) => k.dropout(x, out, rate, key, first) };
  },
  sumRows: (d) => {
    const [R, M] = [d.integer(1, 9), d.integer(1, 70)];
    const columns = d.range(M);
    return { shapes: { dy: [R, M], db: [M] }, run: (k, { dy, db }) => k.sumRows(dy, db, columns) };
  },
  gather: (d) => {
    const [R, M] = [d.integer(1, 9), d.integer(1, 70)];
    return {
      shapes: { w: [SYMBOLS, M], i: [R], bias: [M], out: [R, M] },
      run: (k, { w, i, bias, out }) => k.gather(w, i, bias, out),
    };
  },
  scatterAdd: (d) => {
    const [R, M] = [d.integer(1, 9), d.integer(1, 70)];
    const columns = d.range(M);
    return {
      shapes: { dy: [R, M], i: [R], dw: [SYMBOLS, M] },
      run: (k, { dy, i, dw }) => k.scatterAdd(dy, i, dw, columns),
    };
  },
  ...Object.fromEntries(
    (['zero', 'accumulate', 'bias'] as const).map((start) => [
      `matmul, start ${start}`,
      (d: Dice): Call => {
        const [R, K, M] = [d.integer(1, 30), d.integer(1, 70), d.integer(1, 90)];
        return {
          shapes: { x: [R, K], w: [K, M], bias: [M], out: [R, M], packed: [packedSize(K, M)] },
          run: (k, { x, w, bias, out, packed }) => {
            k.pack(w, packed);
            k.matmul(x, packed, out, start === 'bias' ? bias : start);
          },
        };
      },
    ]),
  ),
  matmulTransposed: (d) => {
    const [R, K, M] = [d.integer(1, 300), d.integer(1, 40), d.integer(1, 90)];
    const columns = d.range(M);
    return {
      shapes: { x: [R, K], dy: [R, M], dw: [K, M], scratch: [scratchSize(K, M)] },
      run: (k, { x, dy, dw, scratch }) => {
        k.matmulTransposed(x, dy, dw, columns, scratch);
        k.zero(scratch);
      },
    };
  },
  ...Object.fromEntries(
    optimizers.map((optimizer) => [
      optimizer,
      (d: Dice): Call => {
        const P = d.integer(1, 300);
        const [range, step] = [d.range(P), d.integer(1, 1000)];
        return {
          shapes: { w: [P], dw: [P], m: [P], v: [P] },
          run: (k, { w, dw, m, v }) => k.update(w, dw, m, v, rule(optimizer, step), range),
        };
      },
    ]),
  ),
};

/** Runs a call. @returns the bits of all tensors after it, a guard before and after each included */
function bitsAfter(make: (memory: WebAssembly.Memory) => Kernels, call: Call, trial: number): Int32Array[] {
  const plan = new Plan();
  const all: Tensor[] = [];
  const tensor = (name: string, ...shape: number[]): Tensor => {
    all.push(plan.tensor(name, ...shape));
    return all[all.length - 1];
  };
  const named: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(call.shapes)) {
    tensor('guard', 8);
    named[name] = tensor(name, ...shape);
  }
  tensor('guard', 8);
  const k = make(createMemory(plan));
  const dice = new Dice(trial);
  for (const x of all) {
    if (x.name.startsWith('i'))
      k.writeIndices(
        x,
        Array.from({ length: x.size }, () => dice.integer(0, SYMBOLS - 1)),
      );
    else
      k.write(
        x,
        Array.from({ length: x.size }, () => dice.number()),
      );
  }
  call.run(k, named);
  return all.map((x) => k.readIndices(x));
}

const TRIALS = 40;

for (const target of targets) {
  describe(`machine code of ${target.length} bits`, () => {
    for (const [name, make] of Object.entries(calls)) {
      it(`has the bits of WebAssembly: ${name}`, () => {
        for (let trial = 0; trial < TRIALS; trial++) {
          const call = make(new Dice(1000 + trial));
          const expected = bitsAfter((memory) => new WasmKernels(memory), call, trial);
          const bits = bitsAfter((memory) => new NativeKernels(memory, target), call, trial);
          assert.deepEqual(bits, expected, `trial ${trial}`);
        }
      });
    }

    it('reads and writes nothing after the end of its tensors', () => {
      for (let trial = 0; trial < TRIALS; trial++) {
        for (const make of Object.values(calls)) {
          const { shapes, run } = make(new Dice(5000 + trial));
          // Each tensor in turn ends where the memory ends.
          for (const last of Object.keys(shapes)) {
            const { tensors, memory } = atTheEnd(shapes, last);
            run(new NativeKernels(memory, target), tensors);
          }
        }
      }
    });
  });
}

// Few machines have AVX-512, and the tests above run what the machine has. The code with these digests was run on a
// processor with AVX-512 (AMD Zen 5): all tests above passed there. After a change, run them on such a machine before you
// change a digest.
describe('machine code of 512 bits that this machine may not run', () => {
  for (const [fused, digest] of [
    [false, 'd14693f20d9f5154'],
    [true, '4c113d53fbe26aa5'],
  ] as const) {
    it(`is what passed the tests above elsewhere${fused ? ', fused' : ''}`, () => {
      const target: Target = { length: 512, fused };
      const a = new Assembler();
      for (const operand of ['rows', 'columns'] as const) {
        for (let rows = 1; rows <= highestTile(target); rows++) emitProduct(a, target, rows, operand);
      }
      for (const description of Object.values(descriptions)) emitKernel(a, target, description);
      assert.equal(createHash('sha256').update(a.finish()).digest('hex').slice(0, 16), digest);
    });
  }
});

/** Tensors in a memory of whole pages, `last` at its very end. */
function atTheEnd(shapes: Call['shapes'], last: string) {
  const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
  const total = Object.values(shapes).reduce((sum, shape) => sum + size(shape) + 16, 16);
  const pages = Math.ceil((4 * total) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
  const end = (pages * 65536 - 64) / 4;
  let next = 0;
  const tensors: Record<string, Tensor> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const offset = name === last ? end - size(shape) : next;
    tensors[name] = { name, shape, offset, size: size(shape) };
    if (name !== last) next += size(shape);
  }
  return { tensors, memory };
}
