import { editDistance } from '../../kernel/index.js';

const MAX_SUGGESTIONS = 3;
/** Longer texts are not mistyped names, and comparing them costs time. */
const MAX_LENGTH = 64;

/** The known names that `text` probably means, best first, at most three. Case does not count. */
export function nearestOf(text: string, known: Iterable<string>): string[] {
  if (text.length > MAX_LENGTH) return [];
  const wanted = text.toUpperCase();
  return [...known]
    .map((name) => ({ name, distance: editDistance(wanted, name.toUpperCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 4)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}
