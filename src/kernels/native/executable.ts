// Memory for machine code: written first, then made executable; never both at once.

import { createRequire } from 'node:module';

/** A function of machine code: of the address of an array of memory, and of the arguments. */
export type NativeFunction = (base: number, given: number) => void;

interface Koffi {
  load(path: string | null): Library;
  proto(definition: string): object;
  decode(address: number, type: object): NativeFunction;
  address(array: Uint8Array | Int32Array): bigint;
}
interface Library {
  func(definition: string): (...values: unknown[]) => number;
}

const READ_WRITE = 3;
const READ_EXECUTE = 5;
const PRIVATE = 2;
const ANONYMOUS = process.platform === 'darwin' ? 0x1000 : 0x20;
const PAGE = 4096;

/** Makes bytes executable. @returns their address. @throws Error where koffi is missing, or the system allows no executable memory */
export function makeExecutable(bytes: Uint8Array): number {
  const library = koffi().load(null);
  const mmap = library.func('intptr_t mmap(uintptr_t, size_t, int, int, int, int64_t)');
  const mprotect = library.func('int mprotect(uintptr_t, size_t, int)');
  const memcpy = library.func('void *memcpy(uintptr_t, const uint8_t *, size_t)');
  const size = Math.ceil(bytes.length / PAGE) * PAGE;
  const address = mmap(0, size, READ_WRITE, PRIVATE | ANONYMOUS, -1, 0);
  if (address === -1) throw new Error('no memory for machine code');
  memcpy(address, bytes, bytes.length);
  if (mprotect(address, size, READ_EXECUTE) !== 0) {
    library.func('int munmap(uintptr_t, size_t)')(address, size);
    throw new Error('the system allows no executable memory');
  }
  return address;
}

/** The function at an address. */
export function functionAt(address: number): NativeFunction {
  prototype ??= koffi().proto('void (uintptr_t, uintptr_t)');
  return koffi().decode(address, prototype);
}
let prototype: object | undefined;

/** The address of an array in the process. Short arrays move unless they view a buffer of their own. */
export const addressOf = (array: Uint8Array | Int32Array): number => Number(koffi().address(array));

let loaded: Koffi | undefined;
function koffi(): Koffi {
  loaded ??= createRequire(import.meta.url)('koffi') as Koffi;
  return loaded;
}
