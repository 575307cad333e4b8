import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { Assembler } from './assembler.js';
import { functionAt, makeExecutable, type NativeFunction } from './executable.js';
import { emitKernel } from './loops.js';
import { descriptions, type PointwiseKernel } from './pointwise.js';
import type { Target } from './processor.js';
import { emitProduct, highestTile } from './products.js';

const pointwiseNames = Object.keys(descriptions) as PointwiseKernel[];

/**
 * The routines for a target. Each is generated when it is first needed. A thread that starts others generates all of
 * them before: there is one copy in the process, which stays for as long as the process.
 */
export class Routines {
  private readonly products: (NativeFunction | undefined)[] = [];
  private readonly kernels: Partial<Record<PointwiseKernel, NativeFunction>> = {};
  /** The addresses of the routines that are there already, by name. */
  private readonly addresses: Map<string, number>;
  private readonly key: string;

  private constructor(private readonly target: Target) {
    this.key = `charrnn ${keyOf(target)}`;
    const shared = getEnvironmentData(this.key) as Readonly<Record<string, number>> | undefined;
    this.addresses = new Map(Object.entries(shared ?? {}));
  }

  private static readonly known = new Map<string, Routines>();

  static for(target: Target): Routines {
    const key = keyOf(target);
    const known = Routines.known.get(key) ?? new Routines(target);
    Routines.known.set(key, known);
    return known;
  }

  /** The product for tiles of so many rows. */
  product(rows: number): NativeFunction {
    this.products[rows] ??= this.find(`product ${rows}`);
    return this.products[rows];
  }

  pointwise(name: PointwiseKernel): NativeFunction {
    this.kernels[name] ??= this.find(name);
    return this.kernels[name];
  }

  /** Generates everything, for this thread and those that it starts. */
  share(): void {
    const heights = Array.from({ length: highestTile(this.target) }, (_, i) => `product ${i + 1}`);
    this.generate([...heights, ...pointwiseNames]);
    setEnvironmentData(this.key, Object.fromEntries(this.addresses));
  }

  private find(name: string): NativeFunction {
    this.generate([name]);
    return functionAt(this.addresses.get(name) as number);
  }

  private generate(names: readonly string[]): void {
    const missing = names.filter((name) => !this.addresses.has(name));
    if (missing.length === 0) return;
    const a = new Assembler();
    const places = missing.map((name) => {
      const place = a.size;
      if (name.startsWith('product')) emitProduct(a, this.target, Number(name.split(' ')[1]));
      else emitKernel(a, this.target, descriptions[name as PointwiseKernel]);
      return place;
    });
    const address = makeExecutable(a.finish());
    for (const [i, name] of missing.entries()) this.addresses.set(name, address + places[i]);
  }
}

const keyOf = ({ length, fused }: Target): string => `${length}${fused ? ' fused' : ''}`;
