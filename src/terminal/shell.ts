/** A word as one types it into a shell. */
export function shellQuoted(word: string): string {
  if (/^[\w./\\:@%+,=-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
