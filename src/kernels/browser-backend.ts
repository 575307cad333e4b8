// The backends of a browser, in place of `backend.ts`: there is no machine code and no BLAS.

import type { SharedBackend } from './backend.js';
import { wasm } from './wasm-backend.js';

export { wasm };

/** WebAssembly, with the bits that `auto` has everywhere. */
export const auto: SharedBackend = wasm;

/** By the names that a browser's run may have. */
export const backendsByName: Readonly<Record<'auto' | 'wasm', SharedBackend>> = { auto, wasm };
