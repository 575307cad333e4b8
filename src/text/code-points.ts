import type { Encoding } from '../options.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The characters of some bytes, whatever they are: what is no UTF-8 becomes U+FFFD, as the Encoding Standard does it.
 * Where a text that is no text is an error, use `decode`.
 */
export function codePointsOf(bytes: Uint8Array, encoding: Encoding): Uint32Array {
  if (encoding === 'latin1') return Uint32Array.from(bytes);
  return Uint32Array.from(decoder.decode(bytes), (character) => character.codePointAt(0) ?? 0);
}

/** The characters of some bytes as text, one code point each as `codePointsOf` counts them. */
export function textOf(bytes: Uint8Array, encoding: Encoding): string {
  return encoding === 'latin1' ? Buffer.from(bytes).toString('latin1') : decoder.decode(bytes);
}
