// How translations differ from the targets.

/**
 * Returns the characters to insert, delete or replace to get the targets, by the number of characters of the targets; null
 * if they have none.
 * @param texts for each target, what was written
 */
export function characterErrorRate(targets: readonly string[], texts: readonly string[]): number | null {
  let [errors, characters] = [0, 0];
  targets.forEach((target, i) => {
    const wanted = Array.from(target);
    errors += levenshtein(wanted, Array.from(texts[i]));
    characters += wanted.length;
  });
  return characters === 0 ? null : errors / characters;
}

/** The fewest insertions, deletions and replacements of characters that turn a into b (Levenshtein). */
export function levenshtein(a: readonly string[], b: readonly string[]): number {
  // distances[j]: from the first i characters of a to the first j characters of b
  const distances = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = distances[0];
    distances[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      diagonal = distances[j];
      distances[j] = Math.min(distances[j] + 1, distances[j - 1] + 1, replaced);
    }
  }
  return distances[b.length];
}
