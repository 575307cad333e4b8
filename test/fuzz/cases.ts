// Runs the cases of a target in turn. A case passes if its input yields a result, or one CharrnnError with one short
// line, in time and with no more memory than the input justifies, and if it leaves the built-in prototypes alone.

import assert from 'node:assert/strict';
import { getHeapStatistics } from 'node:v8';
import { CharrnnError } from '../../src/errors.js';
import { Dice } from './dice.js';

/** Milliseconds that a case may take. */
export const SLOW = 2000;
/**
 * Bytes that a case may take: for the tables that any input needs (a corpus counts its characters in nine million
 * bytes, and is read up to four times here), and for each byte of the input.
 */
const MEMORY = { any: 2 ** 26, each: 200 };
/** Characters allowed in a message that quotes little of its input. */
const MESSAGE = 400;

/** The code to fuzz and the inputs for it. */
export interface Target<Input> {
  readonly name: string;
  /** Whether a message may quote the whole input, because a person typed it. */
  readonly isQuoted: boolean;
  /** Creates the input of a case. */
  readonly make: (dice: Dice) => Input;
  /**
   * Passes the input to the program and checks the result.
   * @returns the outcome in a word
   * @throws CharrnnError if the input is refused, any other error if something is wrong
   */
  readonly check: (input: Input, dice: Dice) => Promise<string>;
  /** The input as bytes that can be saved in a file. */
  readonly bytes: (input: Input) => Uint8Array;
}

export interface Finding {
  readonly number: number;
  readonly fault: string;
  readonly input: Uint8Array;
}

/** The input of case `number`, which depends on the seed and the number alone, and the dice for its check. */
export function inputOf<Input>({ make }: Target<Input>, seed: number, number: number) {
  const dice = new Dice(seed, number);
  return { input: make(dice), dice };
}

/** Runs one case. @returns its outcome, or the fault that was found */
export async function runCase<Input>(
  target: Target<Input>,
  seed: number,
  number: number,
): Promise<{ readonly outcome: string } | Finding> {
  const { input, dice } = inputOf(target, seed, number);
  const bytes = target.bytes(input);
  const finding = (fault: string): Finding => ({ number, fault, input: bytes });
  const prototypes = prototypesNow();
  const memory = memoryNow();
  const start = performance.now();
  let outcome: string;
  try {
    outcome = await target.check(input, dice);
  } catch (error) {
    if (!(error instanceof CharrnnError)) return finding(error instanceof Error ? `${error.stack}` : String(error));
    const fault = faultOfMessage(error.message, target.isQuoted ? 10 * bytes.length : 0);
    if (fault) return finding(fault);
    outcome = kindOf(error.message);
  }
  const time = performance.now() - start;
  if (time > SLOW) return finding(`took ${time.toFixed()} ms`);
  const grown = memoryNow() - memory;
  if (grown > MEMORY.any + MEMORY.each * bytes.length) return finding(`took ${grown} bytes of memory`);
  if (prototypesNow() !== prototypes) return finding('changed a prototype');
  return { outcome };
}

/** Bytes of objects and buffers; a garbage collection lowers it, so a difference is never too large. */
function memoryNow(): number {
  const { used_heap_size: objects, external_memory: buffers } = getHeapStatistics();
  return objects + buffers;
}

const prototypesNow = (): string =>
  [Object.prototype, Array.prototype, Function.prototype, String.prototype, Uint8Array.prototype]
    .map((prototype) => Reflect.ownKeys(prototype).map(String).join())
    .join(';');

function faultOfMessage(message: string, quoted: number): string | undefined {
  if (/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(message)) return `not one harmless line: ${JSON.stringify(message)}`;
  if (message.length <= MESSAGE + quoted) return undefined;
  return `a message of ${message.length} characters: ${message.slice(0, MESSAGE)}`;
}

/** A message without the parts that differ between cases. */
function kindOf(message: string): string {
  return message
    .replace(/"(?:[^"\\]|\\.)*("|…)/g, '"…"')
    .replace(/(?<=unexpected )[^)]+/, '…')
    .replace(/(?<=^(case: )?(parameters|moments|carried) )[^ :[]+/, '…')
    .replace(/^--?[^-][^ :]*/, '--…')
    .replace(/(?<=^--… ).*?: (?=must|not a)/, '…: ')
    .replace(/^.*(?=that the model does not know: )/, '')
    .replace(/(?<=does not know: ).*/, '…')
    .replace(/0x[0-9a-f]{2}/, '…')
    .replace(/(?<![\w-])-?\d[\d,.]*(e[+-]?\d+)?/g, '#')
    .replace(/^(?:standard input|case): /, '')
    .slice(0, 100);
}

/** Counts how often each outcome occurs; `sorted` has the most common first. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(outcome: string): void {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
  }

  get sorted(): [outcome: string, count: number][] {
    return [...this.counts].sort((a, b) => b[1] - a[1]);
  }
}

/** Runs cases 0…count−1 as one test; the first finding fails it. */
export async function assertAll<Input>(target: Target<Input>, count: number): Promise<Tally> {
  const tally = new Tally();
  for (let number = 0; number < count; number++) {
    const result = await runCase(target, 1, number);
    if ('fault' in result) {
      assert.fail(
        `${target.name}, seed 1, case ${number}: ${result.fault}\n${Buffer.from(result.input).toString('base64')}`,
      );
    }
    tally.add(result.outcome);
  }
  return tally;
}
