// The texts that the options of `sample` give, as they are meant.

import { CharrnnError } from '../errors.js';
import type { SamplingOptions } from '../options/sampling-options.js';
import { type Unknown, unknownOf } from '../sampling/prime.js';
import { noveltyOf } from '../sampling/select.js';
import { readText } from '../text/decode.js';

export interface SampleTexts {
  readonly prime: string;
  readonly unknown: Unknown;
  readonly stop: readonly string[];
  /** After each text; undefined: a line feed where there is none. */
  readonly separator: string | undefined;
  readonly novel: ((text: string) => boolean) | undefined;
}

/** @throws CharrnnError when an escape is unknown, or a file cannot be read or is not UTF-8 */
export async function sampleTexts(options: SamplingOptions): Promise<SampleTexts> {
  const read = (name: string, text: string): string => (options.escape ? unescaped(name, text) : text);
  const unknown = unknownOf(options.unknown);
  const stop = options.stop.map((text) => read('stop', text));
  const prime = read('prime', options.prime);
  const separator = options.separator === undefined ? undefined : read('separator', options.separator);
  const { primeFile, novel, count } = options;
  return {
    ...{ unknown, stop },
    prime: primeFile === undefined ? prime : await readText(primeFile),
    // A single text ends as it ends.
    separator: options.null ? '\0' : (separator ?? (count === 1 ? '' : undefined)),
    novel: novel === undefined ? undefined : noveltyOf(await readText(novel)),
  };
}

const simple: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

/**
 * A text with `\n`, `\r`, `\t`, `\\` and `\u{1f600}` read as what they stand for.
 * @param name of the option, for the message
 * @throws CharrnnError usage, at any other escape
 */
export function unescaped(name: string, text: string): string {
  return text.replace(/\\(u\{([0-9a-f]{1,6})\}|.?)/gisu, (found, what: string, hex?: string) => {
    const codePoint = hex === undefined ? -1 : Number.parseInt(hex, 16);
    const isCharacter = codePoint >= 0 && codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff);
    const meant = isCharacter ? String.fromCodePoint(codePoint) : simple[what];
    if (meant !== undefined) return meant;
    const allowed = '\\n, \\r, \\t, \\\\ or \\u{1f600}';
    throw new CharrnnError(`--${name}: ${found} is no escape; with --escape it must be ${allowed}`, 2);
  });
}
