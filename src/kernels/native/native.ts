import { createRequire } from 'node:module';
import type { Range, Start, Tensor } from '../kernels.js';
import { ROW_BLOCK, WasmKernels } from '../wasm.js';
import { Assembler } from './assembler.js';
import { functionAt, makeExecutable, type NativeFunction } from './code.js';
import { emitProduct, highestTile, tilingOf } from './products.js';
import type { Target } from './target.js';

const target: Target = { length: 256, fused: false };
const ADDRESS = 'uintptr_t';
const COUNT = 'int64_t';

interface Routines {
  readonly products: readonly NativeFunction[];
}
let routines: Routines | undefined;

function generate(): Routines {
  const a = new Assembler();
  const heights = Array.from({ length: highestTile(target) }, (_, i) => i + 1);
  const places = heights.map((rows) => {
    const place = a.size;
    emitProduct(a, target, rows);
    return place;
  });
  const code = makeExecutable(a.finish());
  const parameters = [ADDRESS, ADDRESS, ADDRESS, COUNT, COUNT, COUNT, COUNT, COUNT, ADDRESS, COUNT];
  return { products: places.map((place) => functionAt(code.address + place, parameters)) };
}

export class NativeKernels extends WasmKernels {
  override readonly name = 'native';
  private readonly native: Routines;
  private readonly base: number;

  constructor(memory: WebAssembly.Memory) {
    super(memory);
    routines ??= generate();
    this.native = routines;
    const koffi = createRequire(import.meta.url)('koffi');
    this.base = Number(koffi.address(new Uint8Array(memory.buffer)));
  }

  private multiply(
    x: number,
    packed: number,
    out: number,
    stride: number,
    R: number,
    K: number,
    M: number,
    start: number,
    startStride: number,
  ): void {
    const { rows, tall, short } = tilingOf(R, highestTile(target));
    const { base } = this;
    this.native.products[rows - 1](
      ...[base + x, base + packed, base + out, stride, tall, short, K, M],
      ...[start === 0 ? 0 : base + start, startStride],
    );
  }

  override matmul(x: Tensor, packed: Tensor, out: Tensor, start: Start): void {
    const [R, K] = x.shape;
    const M = out.shape[1];
    if (R === 0 || M === 0) return;
    const [from, stride] =
      start === 'zero' ? [0, 0] : start === 'accumulate' ? [this.at(out), M] : [this.at(start), 0];
    this.multiply(this.at(x), this.at(packed), this.at(out), M, R, K, M, from, stride);
  }

  override matmulTransposed(x: Tensor, dy: Tensor, dw: Tensor, { from, to }: Range, scratch: Tensor): void {
    const [R, K] = x.shape;
    const M = dy.shape[1];
    const columns = to - from;
    if (columns === 0) return;
    const transposed = this.at(scratch);
    const packed = this.at(scratch, ROW_BLOCK * K);
    const out = this.at(dw, from);
    for (let r = 0; r < R; r += ROW_BLOCK) {
      const rows = Math.min(ROW_BLOCK, R - r);
      this.run.transpose(this.at(x, r * K), K, rows, K, transposed, rows);
      this.run.pack(this.at(dy, r * M + from), M, rows, columns, packed);
      this.multiply(transposed, packed, out, M, K, rows, columns, out, M);
    }
  }
}
