// What the kernels need from a browser, in place of `host.ts`.

/** The kernels for memory that is not shared, in base64; the bundler puts them here. */
declare const KERNELS: string;
/** The byte of them that says whether their memory is shared, and what it says then. */
declare const SHARED: { readonly at: number; readonly value: number };
/** Whether the page is isolated from others, so that its threads can share memory. */
declare const crossOriginIsolated: boolean;

let own: WebAssembly.Module | undefined;
let common: WebAssembly.Module | undefined;

/** Compiles the kernels, as browsers want it: not while they wait. Call it before anything that computes. */
export async function prepareKernels(): Promise<void> {
  if (own) return;
  const bytes = Uint8Array.from(atob(KERNELS), (character) => character.charCodeAt(0));
  own = await WebAssembly.compile(bytes);
  if (!canShareMemory()) return;
  bytes[SHARED.at] = SHARED.value;
  common = await WebAssembly.compile(bytes);
}

export const canShareMemory = (): boolean => crossOriginIsolated;

/** The compiled kernels, for some memory or for one that is not shared. */
export function kernelModule(memory?: WebAssembly.Memory): WebAssembly.Module {
  const isShared = canShareMemory() && memory?.buffer instanceof SharedArrayBuffer;
  const compiled = isShared ? common : own;
  if (!compiled) throw new Error('the kernels are not prepared');
  return compiled;
}

/**
 * Creates memory of so many pages. Only pages that are isolated from others have memory that is shared.
 * @throws RangeError if the browser refuses it
 */
export const newMemory = (pages: number, isShared = false): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: isShared });
