// The optional packages that decode images and run networks. Only the parts that charrnn uses have types here, so that it
// compiles without the packages.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CharrnnError } from '../errors.js';

/** The package sharp: decodes an image, and changes it. */
export type Sharp = (image: Uint8Array) => SharpImage;
export interface SharpImage {
  rotate(): SharpImage;
  flatten(options: { readonly background: string }): SharpImage;
  resize(width: number, height: number, options: { readonly fit: 'fill' }): SharpImage;
  toColourspace(space: 'srgb' | 'b-w'): SharpImage;
  raw(): SharpImage;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{ data: Uint8Array; info: { channels: number } }>;
}

/** The package onnxruntime-node: runs networks. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: string | Uint8Array, options: object): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => OnnxTensor;
}
export interface OnnxSession {
  run(inputs: Readonly<Record<string, OnnxTensor>>, outputs: readonly string[]): Promise<Record<string, OnnxTensor>>;
}
export interface OnnxTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface ImageTools {
  readonly sharp: Sharp;
  readonly onnxruntime: OnnxRuntime;
}

const PACKAGES = ['onnxruntime-node', 'sharp'];

/**
 * Loads both packages, from where charrnn is installed or else from the working folder.
 * @param load imports a package; other ones are for tests
 * @throws CharrnnError that says what to install
 */
export async function loadImageTools(load: (name: string) => Promise<unknown> = importPackage): Promise<ImageTools> {
  const loaded = await Promise.allSettled(PACKAGES.map(load));
  const missing = PACKAGES.filter((_, i) => loaded[i].status === 'rejected');
  const [failure] = loaded.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (missing.length > 0) {
    const names = missing.join(', ');
    const remedy = `install them with: npm install ${missing.join(' ')}`;
    if (isAbsent(failure)) throw new CharrnnError(`optional packages are missing: ${names}; ${remedy}`);
    throw new CharrnnError(`optional packages cannot be loaded: ${names} (${firstLine(failure)}); ${remedy}`);
  }
  const [onnxruntime, sharp] = loaded.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  return { onnxruntime: onnxruntime as OnnxRuntime, sharp: sharp as Sharp };
}

/** Returns what an installed package exports by default. @throws an error of Node if it is missing or unusable */
export async function importPackage(name: string): Promise<unknown> {
  try {
    return (await import(name)).default;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    // charrnn may be installed for all users, and the packages in the project from which it is run.
    const path = createRequire(resolve('package.json')).resolve(name);
    return (await import(pathToFileURL(path).href)).default;
  }
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(error.code));

/** The first line of an error of a package, for a message of one line. */
export function firstLine(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
