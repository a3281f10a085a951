/**
 * Text from outside, made safe for a log line or an error message: control characters (new lines, escape sequences)
 * become `?`, and the text is cut to `maxLength` characters.
 */
export function printable(text: string, maxLength = 80): string {
  const clean = text.replace(/\p{C}/gu, '?');
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1)}…`;
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
