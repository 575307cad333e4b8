// Runs the program as a user does.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { type ModelShape, parameterShapes } from '../../src/model/shape.js';

export const program = fileURLToPath(new URL('../../../bin/charrnn.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program with colours off. Its standard output is a pipe, or an open file. */
export function start(
  args: readonly string[],
  stdout: 'pipe' | number = 'pipe',
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  const { FORCE_COLOR: _, ...env } = process.env;
  return spawn(process.execPath, [program, ...args], {
    env: { ...env, NO_COLOR: '1', ...more },
    stdio: ['pipe', stdout, 'pipe'],
  });
}

/** Waits for a started program to end. @returns its exit code and output */
export function end(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export function run(...args: string[]): Promise<Ended> {
  const child = start(args);
  child.stdin?.end();
  return end(child);
}

/** Saves a model of printable ASCII, the line feed and `favourite`, which is always the likeliest character. */
export async function saveModel(path: string, favourite: string): Promise<void> {
  const liked = favourite.codePointAt(0) ?? 0;
  const codePoints = [...new Set([10, liked, ...Array.from({ length: 95 }, (_, i) => 32 + i)])].sort((a, b) => a - b);
  const model: ModelShape = { cell: 'gru', layers: 1, hidden: 2, vocabulary: codePoints.length };
  const parameters = parameterShapes(model).map(({ name, shape }) => {
    const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
    if (name === 'decoder.b') values[codePoints.indexOf(liked)] = 1;
    return { name, shape, values };
  });
  await saveCheckpoint(path, { model, vocabulary: { codePoints, unknown: false }, parameters });
}
