/** A word as one types it into a shell. */
export function shellQuoted(word: string): string {
  if (process.platform === 'win32') return /^[\w./\\:@+,=-]+$/.test(word) ? word : `"${word}"`;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
