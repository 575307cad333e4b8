/** A count with thousands separators, the same in every locale: `1,115,394`. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** Returns a count and its noun: `1 step`, `1,003 steps`. */
export const counted = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Characters that affect a terminal: controls (C0, DEL, C1), line separators, and overrides of the text direction. */
const UNSAFE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Escapes text so that it stays on one line and cannot move the cursor, colour the terminal or change the text
 * direction: `\n`, `\u{1b}`.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, (c) => escapes[c] ?? `\\u{${c.charCodeAt(0).toString(16)}}`);
}

/**
 * Serialises a value as one line of JSON with such escapes. They do not change the value, because the escaped
 * characters occur only inside strings.
 */
export const jsonLine = (value: unknown): string => visibleJson(JSON.stringify(value));

/** Escapes a line of JSON in the same way. */
export function visibleJson(json: string): string {
  return json.replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A size in powers of 1000, with a decimal below 10: `812 B`, `3.4 kB`, `12 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  // 999.5 would round to 1000 of its unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** A size in powers of 1024, rounded up to one decimal: `6.3 GiB`, `312.0 MiB`, `1.5 KiB`. */
export function formatMemory(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const unit = units.findIndex((_, i) => i === units.length - 1 || bytes <= 1023.9 * 1024 ** (i + 1));
  return `${(Math.ceil((bytes * 10) / 1024 ** (unit + 1)) / 10).toFixed(1)} ${units[unit]}`;
}

/** Invisible characters and those that change their neighbours: controls, formats, marks, all spaces but U+0020. */
const INVISIBLE = /^[\p{C}\p{M}\p{Zl}\p{Zp}]$|^(?! )\p{Zs}$/u;

/** A character in quotes, on one line: `"é"`, `"\n"`, `"\u{200d}"`. */
export function quoteCharacter(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  const quoted = JSON.stringify(character);
  const hidden = INVISIBLE.test(character) && !/^"\\[bfnrt]"$/.test(quoted);
  return hidden ? `"\\u{${codePoint.toString(16)}}"` : quoted;
}

/** A character as messages show it: `"é" (U+00E9)`. */
export function formatCharacter(codePoint: number): string {
  return `${quoteCharacter(codePoint)} (U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`;
}

/** A loss in nats per character, followed by bits: `1.386 (2.000 bits)`. */
export function formatLoss(nats: number): string {
  return `${nats.toFixed(3)} (${(nats / Math.LN2).toFixed(3)} bits)`;
}

/** Characters per second, rounded to three digits: `57,100 char/s`. */
export function formatRate(charactersPerSecond: number): string {
  return `${formatCount(Math.round(Number(charactersPerSecond.toPrecision(3))))} char/s`;
}

/** A duration in at most two units: `0.4s`, `45s`, `2m 05s`, `1h 02m`, `3d 4h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const s = Math.round(seconds);
  if (s < 60) return `${s}s`;
  const twoDigits = (n: number): string => String(n).padStart(2, '0');
  if (s < 3600) return `${Math.floor(s / 60)}m ${twoDigits(s % 60)}s`;
  const m = Math.round(s / 60);
  if (m < 24 * 60) return `${Math.floor(m / 60)}h ${twoDigits(m % 60)}m`;
  const h = Math.round(m / 60);
  return `${Math.floor(h / 24)}d ${h % 24}h`;
}

/** A small error: `3.1e-9`. */
export function formatError(error: number): string {
  return Number.isFinite(error) ? error.toExponential(1) : 'not finite';
}

/** Joins as many parts as fit into `columns`, two spaces apart; if not even the first fits, as many of its words. */
export function fitParts(parts: readonly string[], columns: number): string {
  const [first] = parts;
  if (first.length > columns) return first.slice(0, Math.max(0, columns + 1)).replace(/ ?\S*$/, '');
  let line = first;
  for (const part of parts.slice(1)) {
    if (line.length + 2 + part.length > columns) break;
    line += `  ${part}`;
  }
  return line;
}

/** The sequences that colour a terminal's text. */
const COLOURS = new RegExp(`${String.fromCharCode(0x1b)}\\[[\\d;]*m`, 'g');

/** Breaks text at words into lines of at most `columns`; a longer word gets its own line. Colours take no room. */
export function brokenAtWords(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(/(?<=\s)(?=\S)/)) {
    const shown = word.replace(COLOURS, '');
    if (line !== '' && width + shown.trimEnd().length > columns) {
      lines.push(line.trimEnd());
      line = '';
      width = 0;
    }
    line += word;
    width += shown.length;
  }
  return [...lines, line.trimEnd()];
}

/** Aligns columns of text under their headings, two spaces apart; `right` lists the right-aligned columns. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (text: string, column: number): string =>
    right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** A file name as messages show it: on one line. */
export const shownName = (name: string): string => visible(name) || "''";

/** Lists up to `most` items and counts the rest: `a, b and 7 more`. */
export function someOf(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${formatCount(items.length - most)} more` : shown;
}

/** Returns the candidate nearest to a word, or undefined when none is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const bound = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let smallest = bound + 1;
  for (const candidate of candidates) {
    // A lower bound of the distance, checked first because a very long word would take very long.
    if (Math.abs(word.length - candidate.length) >= smallest) continue;
    const distance = editDistance(word, candidate);
    if (distance < smallest) {
      best = candidate;
      smallest = distance;
    }
  }
  return best;
}

/** Returns the fewest insertions, deletions, replacements and swaps of neighbours that turn one word into another. */
export function editDistance(a: string, b: string): number {
  // distances[i][j]: from the first i characters of a to the first j characters of b
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
