import type { SamplingOptions } from '../options/sampling-options.js';
import { type Unknown, unknownOf } from '../sampling/prime.js';
import { unescaped } from './spelling.js';

/** The texts that the options of `sample` give, as they are meant. */
export interface SamplingTexts {
  readonly prime: string;
  readonly unknown: Unknown;
  readonly stop: readonly string[];
  /** Behind each text; undefined: a line feed where there is none. */
  readonly separator: string | undefined;
  readonly novel: ((text: string) => boolean) | undefined;
}

/** @throws CharrnnError when an escape is none, or a file cannot be read or is no UTF-8 */
export async function samplingTexts(options: SamplingOptions): Promise<SamplingTexts> {
  const read = (name: string, text: string): string => (options.escape ? unescaped(name, text) : text);
  const unknown = unknownOf(options.unknown);
  const stop = options.stop.map((text) => read('stop', text));
  const prime = read('prime', options.prime);
  const separator = options.separator === undefined ? undefined : read('separator', options.separator);
  const { 'prime-file': file, novel, count } = options;
  return {
    ...{ unknown, stop },
    prime: file === undefined ? prime : await readWhole(file),
    // A single text ends as it ends.
    separator: options.null ? '\0' : (separator ?? (count === 1 ? '' : undefined)),
    novel: novel === undefined ? undefined : await noveltyOf(novel),
  };
}

async function readWhole(path: string): Promise<string> {
  const { readText } = await import('../text/decode.js');
  return readText(path);
}

async function noveltyOf(path: string): Promise<(text: string) => boolean> {
  const { noveltyOf } = await import('../sampling/select.js');
  return noveltyOf(await readWhole(path));
}
