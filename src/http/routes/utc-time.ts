/** A time that a caller gave in UTC; what it is in server time depends on the broker. */
export class UtcTime {
  constructor(readonly seconds: number) {}
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** ISO 8601 with seconds and a `Z`, and nothing else; undefined also for days that no calendar has. */
export function parseUtcTime(text: string): UtcTime | undefined {
  if (!ISO.test(text)) return undefined;
  const ms = Date.parse(text);
  const isReal = !Number.isNaN(ms) && new Date(ms).toISOString() === text.replace('Z', '.000Z');
  return isReal ? new UtcTime(ms / 1000) : undefined;
}
