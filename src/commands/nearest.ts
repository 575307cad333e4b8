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
