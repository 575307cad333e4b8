// The optional package koffi, which calls functions of native libraries.

import { createRequire } from 'node:module';

export interface Koffi {
  /** Loads a library by name or path, null for what is loaded. @throws Error if there is none */
  load(path: string | null, options?: { readonly global?: boolean }): Library;
  proto(definition: string): object;
  /** What is at an address: a function, if the type is that of one. */
  decode(address: number, type: object): unknown;
  /** The address of an array, or of what a pointer leads to. */
  address(value: unknown): bigint;
}
export interface Library {
  /** A function by its C declaration. @throws Error if the library lacks it */
  func(definition: string): (...values: unknown[]) => number;
  /** A pointer to a variable. @throws Error if the library lacks it */
  symbol(name: string, type: string): unknown;
}

let loaded: Koffi | undefined;

/** Loads koffi once in each thread. @throws Error where it is missing */
export function koffi(): Koffi {
  loaded ??= createRequire(import.meta.url)('koffi') as Koffi;
  return loaded;
}

/** The start address of a memory in the process. */
export const baseOf = (memory: WebAssembly.Memory): number => Number(koffi().address(new Uint8Array(memory.buffer)));
