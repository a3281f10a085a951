/** Kinds of line in an answer, each with its best three. */
const LINE_KINDS = ['peak', 'bottom', 'ascending', 'descending'] as const;
const LINES_PER_KIND = [1, 2, 3] as const;

/** Names under which buffers of terminal indicators are served; any other name is refused, because it would vanish. */
export const SERVED_OUTPUTS: readonly string[] = [
  'fractal_peaks',
  'fractal_bottoms',
  ...LINE_KINDS.flatMap((kind) => LINES_PER_KIND.map((rank) => `${kind}_${rank}`)),
];

export const SERVED_OUTPUTS_TEXT = `fractal_peaks, fractal_bottoms and ${LINE_KINDS.join('_, ')}_ followed by 1, 2 or 3`;

/** Names of more than one indicator, of which the last would silently win. */
export function repeatedOutputs(indicators: readonly { readonly buffers: object }[]): string[] {
  const names = indicators.flatMap(({ buffers }) => Object.keys(buffers));
  return SERVED_OUTPUTS.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
}
