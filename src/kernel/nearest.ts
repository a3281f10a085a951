const MAX_SUGGESTIONS = 3;
/** Longer texts are not mistyped names, and comparing them costs time. */
const MAX_LENGTH = 64;

/** One wrong letter in four is still taken for a slip. */
const maxSlip = (name: string) => Math.max(1, Math.floor(name.length / 4));

/**
 * The known names that `text` probably means, best first, at most three. Case does not count.
 * @param slip the largest distance at which a name is still meant
 */
export function nearestOf<T extends string>(
  text: string,
  known: Iterable<T>,
  slip: (name: T) => number = maxSlip,
): T[] {
  if (text.length > MAX_LENGTH) return [];
  const wanted = text.toUpperCase();
  return [...known]
    .map((name) => ({ name, distance: editDistance(wanted, name.toUpperCase()) }))
    .filter(({ name, distance }) => distance <= slip(name))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

/** Number of single-character insertions, deletions and replacements between two words (Levenshtein). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
