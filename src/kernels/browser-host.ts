// What the kernels need from a browser, in place of `host.ts`.

/** The kernels for memory that is not shared, in base64; the bundler puts them here. */
declare const KERNELS: string;

let compiled: WebAssembly.Module | undefined;

/** Compiles the kernels, as browsers want it: not while they wait. Call it before anything that computes. */
export async function prepareKernels(): Promise<void> {
  if (compiled) return;
  const bytes = Uint8Array.from(atob(KERNELS), (character) => character.charCodeAt(0));
  compiled = await WebAssembly.compile(bytes);
}

/** The compiled kernels. */
export function kernelModule(): WebAssembly.Module {
  if (!compiled) throw new Error('the kernels are not prepared');
  return compiled;
}

/**
 * Creates memory of so many pages. It is not shared: pages that are not isolated from others have no shared memory.
 * @throws RangeError if the browser refuses it
 */
export const newMemory = (pages: number): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: pages, maximum: 65536 });
