import { formatCount } from '../format.js';

// Numbers as people read them.

/** Nats per character, with the same in bits: `1.386 (2.000 bits)`. */
export function formatLoss(nats: number): string {
  return `${nats.toFixed(3)} (${(nats / Math.LN2).toFixed(3)} bits)`;
}

/** Characters per second, rounded to three digits: `57,100 char/s`. */
export function formatRate(charactersPerSecond: number): string {
  return `${formatCount(Math.round(Number(charactersPerSecond.toPrecision(3))))} char/s`;
}

/** Seconds in the two largest units that count: `0.4s`, `45s`, `2m 05s`, `1h 02m`, `3d 4h`. */
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

/** As many of the parts as fit in so many columns, two spaces apart; the first is always there. */
export function fitParts(parts: readonly string[], columns: number): string {
  let line = parts[0];
  for (const part of parts.slice(1)) {
    if (line.length + 2 + part.length > columns) break;
    line += `  ${part}`;
  }
  return line;
}

/** Columns of text under their headings, two spaces apart; `right` names the columns that are flush right. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (text: string, column: number): string =>
    right.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
