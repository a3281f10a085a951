import { ZoneSwitches } from './zone-switches.js';

/** How the clock of a broker's server follows UTC. Offsets are server time minus UTC, seconds. */
export type ZoneRule =
  /** A zone of the IANA database, e.g. `Europe/Athens`. */
  | { readonly kind: 'zone'; readonly name: string }
  /** Summer time on the dates of the European Union or of the United States, whatever the offsets. */
  | { readonly kind: 'summer-time'; readonly dates: SummerDates; readonly standard: number; readonly summer: number }
  | { readonly kind: 'fixed'; readonly offset: number };

/** Whose dates decide when summer time begins and ends. */
export type SummerDates = 'EU' | 'US';

const HOUR = 3600;
const MINUTE = 60;
const MAX_OFFSET = 15 * HOUR;
const SUMMER = /^(EU|US)([+-]\d{1,2}(?::\d{2})?)\/([+-]\d{1,2}(?::\d{2})?)$/;
const FIXED = /^UTC([+-]\d{1,2}(?::\d{2})?)?$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Reads `Europe/Athens`, `US+2/+3`, `EU+02:00/+03:00`, `UTC` or `UTC+5:30`; undefined for any other text. */
export function parseZoneRule(text: string): ZoneRule | undefined {
  const [, dates, standardText, summerText] = SUMMER.exec(text) ?? [];
  if (dates !== undefined) {
    const [standard, summer] = [parseOffset(standardText!), parseOffset(summerText!)];
    if (standard === undefined || summer === undefined || summer <= standard) return undefined;
    return { kind: 'summer-time', dates: dates as SummerDates, standard, summer };
  }
  const fixed = FIXED.exec(text);
  if (fixed !== null) {
    const offset = fixed[1] === undefined ? 0 : parseOffset(fixed[1]);
    return offset === undefined ? undefined : { kind: 'fixed', offset };
  }
  return ZONE.test(text) && isZone(text) ? { kind: 'zone', name: text } : undefined;
}

/** The text that {@link parseZoneRule} reads back. */
export function formatZoneRule(rule: ZoneRule): string {
  if (rule.kind === 'zone') return rule.name;
  if (rule.kind === 'fixed') return `UTC${formatOffset(rule.offset)}`;
  return `${rule.dates}${formatOffset(rule.standard)}/${formatOffset(rule.summer)}`;
}

/** `+02:00` */
export function formatOffset(offset: number): string {
  const digits = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}

function parseOffset(text: string): number | undefined {
  const [hours, minutes = '0'] = text.slice(1).split(':');
  const offset = Number(hours) * HOUR + Number(minutes) * MINUTE;
  if (Number(minutes) > 59 || offset > MAX_OFFSET) return undefined;
  return text.startsWith('-') && offset > 0 ? -offset : offset;
}

function isZone(name: string): boolean {
  try {
    ZoneSwitches.of(name);
    return true;
  } catch {
    return false;
  }
}
