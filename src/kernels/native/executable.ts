// Memory for machine code: written first, then made executable; never both at once.

import { koffi } from '../koffi.js';
import { shared } from '../process-wide.js';
import { Assembler } from './assembler.js';
import { RAX, RDI, RDX, RSI } from './encoding.js';

/** Calls the machine code at an address with two arguments: the address of an array of memory, and of the code's arguments. */
export type Entry = (code: number, base: number, given: number) => void;

const READ_WRITE = 3;
const READ_EXECUTE = 5;
const PRIVATE = 2;
const ANONYMOUS = process.platform === 'darwin' ? 0x1000 : 0x20;
const PAGE = 4096;

/** Makes bytes executable. @returns their address. @throws Error where koffi is missing, or the system allows no executable memory */
export function makeExecutable(bytes: Uint8Array): number {
  const { mmap, mprotect, munmap, memcpy } = system();
  const size = Math.ceil(bytes.length / PAGE) * PAGE;
  const address = mmap(0, size, READ_WRITE, PRIVATE | ANONYMOUS, -1, 0);
  if (address === -1) throw new Error('no memory for machine code');
  memcpy(address, bytes, bytes.length);
  if (mprotect(address, size, READ_EXECUTE) !== 0) {
    munmap(address, size);
    throw new Error('the system allows no executable memory');
  }
  return address;
}

/**
 * The way into machine code, one for each thread. All code is called through it, so that this is the only function that
 * koffi has to make: if it made one while the thread is being terminated, it would abort the process.
 */
export function entry(): Entry {
  if (known === undefined) {
    system(); // koffi can call nothing, and crashes, in a thread that has not loaded a library
    const address = shared('entry', () => makeExecutable(trampoline()));
    known = koffi().decode(address, koffi().proto('void (uintptr_t, uintptr_t, uintptr_t)')) as Entry;
  }
  return known;
}
let known: Entry | undefined;

/** Code that jumps to its first argument, with the others as arguments. */
function trampoline(): Uint8Array {
  const a = new Assembler();
  a.move(RAX, RDI);
  a.move(RDI, RSI);
  a.move(RSI, RDX);
  a.jumpTo(RAX);
  return a.finish();
}

/** The address of an array in the process. Short arrays move unless they view a buffer of their own. */
export const addressOf = (array: Uint8Array | Int32Array): number => Number(koffi().address(array));

type System = ReturnType<typeof loadSystem>;
let loadedSystem: System | undefined;
function system(): System {
  loadedSystem ??= loadSystem();
  return loadedSystem;
}

function loadSystem() {
  const library = koffi().load(null);
  return {
    mmap: library.func('intptr_t mmap(uintptr_t, size_t, int, int, int, int64_t)'),
    mprotect: library.func('int mprotect(uintptr_t, size_t, int)'),
    munmap: library.func('int munmap(uintptr_t, size_t)'),
    memcpy: library.func('void memcpy(uintptr_t, const uint8_t *, size_t)'),
  };
}
