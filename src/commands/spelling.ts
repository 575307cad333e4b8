import { CharrnnError } from '../errors.js';

/** The candidate most like a word, or undefined when none is so near that it may have been meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const bound = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let smallest = bound + 1;
  for (const candidate of candidates) {
    // Their distance is at least this; without a look at it, a very long word would take very long.
    if (Math.abs(word.length - candidate.length) >= smallest) continue;
    const distance = editDistance(word, candidate);
    if (distance < smallest) {
      best = candidate;
      smallest = distance;
    }
  }
  return best;
}

/** The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into another. */
export function editDistance(a: string, b: string): number {
  // distances[i][j]: from the first i characters of a to the first j of b
  const distances = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) distances[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = distances[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      distances[i][j] = Math.min(distances[i - 1][j] + 1, distances[i][j - 1] + 1, replaced);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) distances[i][j] = Math.min(distances[i][j], distances[i - 2][j - 2] + 1);
    }
  }
  return distances[a.length][b.length];
}

/** A word as one types it into a shell. */
export function shellQuoted(word: string): string {
  if (process.platform === 'win32') return /^[\w./\\:@+,=-]+$/.test(word) ? word : `"${word}"`;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
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
