/**
 * Text from outside, made safe for a log line or an error message: control characters (new lines, escape sequences)
 * become `?`, and the text is cut to `maxLength` characters.
 */
export function printable(text: string, maxLength = 80): string {
  const clean = text.replace(/\p{C}/gu, '?');
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1)}…`;
}

/** Number of single-character insertions, deletions and replacements between two words (Levenshtein). */
export function editDistance(a: string, b: string): number {
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

/** A count with its noun: `1 terminal`, `15 terminals`. */
export function counted(count: number, noun: string): string {
  return `${asDecimal(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A number for a text: at most `decimals` decimals, no trailing zeros and no noise of floating point. */
export function asDecimal(value: number, decimals = 3): string {
  return String(Number(value.toFixed(decimals)));
}

/** `4999 ms`, without the fractions that clocks count. */
export function asMilliseconds(ms: number): string {
  return `${asDecimal(ms, 0)} ms`;
}

/** Milliseconds as `1.5 s`. */
export function asSeconds(ms: number, decimals = 3): string {
  return `${asDecimal(ms / 1000, decimals)} s`;
}
