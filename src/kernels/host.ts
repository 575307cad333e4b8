// What the kernels need from the program's surroundings. In a browser, `browser-host.ts` takes the place of this file.

import { readFileSync } from 'node:fs';
import { shared } from './process-wide.js';

/** The compiled kernels, for memory that threads share. */
export const kernelModule = (_?: WebAssembly.Memory): WebAssembly.Module =>
  shared('kernels', () => new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url))));

/** Creates memory of so many pages that all threads share. @throws RangeError if the system refuses it */
export const newMemory = (pages: number, _ = true): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
