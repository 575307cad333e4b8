import { CharrnnError } from '../errors.js';

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
