import { applyDecorators } from '@nestjs/common';
import { IsISO8601, IsString, Matches, ValidateBy } from 'class-validator';

/** 1 to 100 characters that cannot break a line of a log or of a table, and are neither blank nor a key. */
export function IsName(): PropertyDecorator {
  return Matches(/^(?=.*\S)(?!.*mt5g_\w{30})[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, {
    message: 'must be 1 to 100 characters, not all blank, without control characters and API keys',
  });
}

/** Why something was done: 1 to 200 such characters. The text stays in the audit trail. */
export function IsReason(): PropertyDecorator {
  return Matches(/^(?=.*\S)(?!.*mt5g_\w{30})[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u, {
    message: 'must be 1 to 200 characters, not all blank, without control characters and API keys',
  });
}

/** The operator's own id of an account. */
export const EXTERNAL_ID = /^(?!.*mt5g_\w{30})[\x21-\x7e]{1,100}$/;
/** What {@link EXTERNAL_ID} means. */
export const EXTERNAL_ID_ALLOWED = '1 to 100 visible ASCII characters, and no API key';

/** The member is such an id; `otherwise` says what else it may be. */
export function IsExternalId(otherwise = ''): PropertyDecorator {
  return Matches(EXTERNAL_ID, { message: `must be ${EXTERNAL_ID_ALLOWED}${otherwise}` });
}

/** Checks the type only; the registry checks that the tier exists. */
export function IsTierName(): PropertyDecorator {
  return IsString({ message: 'must be the name of a tier' });
}

/** An id of an account. */
export const ACCOUNT_ID = /^[0-9A-Z]{26}$/;
/** What {@link ACCOUNT_ID} means. */
export const ACCOUNT_ID_ALLOWED = '26 characters of 0-9 and A-Z';

/** A moment such as 2027-01-01T00:00:00Z. JavaScript reads other forms of ISO 8601 differently or not at all. */
export function IsMoment(): PropertyDecorator {
  const message = 'must be a time such as 2027-01-01T00:00:00Z, in the years 1970 to 9999';
  return applyDecorators(
    Matches(/^(19[7-9]\d|[2-9]\d{3})-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/, { message }),
    IsISO8601({ strict: true, strictSeparator: true }, { message }),
  );
}

/** A whole number within a range, with one message for every fault. */
export function IsWholeNumber({ min, max, unit }: { min: number; max: number; unit: string }): PropertyDecorator {
  const validate = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  const message = `must be a whole number of ${unit} between ${min} and ${max}`;
  return ValidateBy({ name: 'wholeNumber', validator: { validate } }, { message });
}

/** The time of a body that {@link IsMoment} has checked. */
export function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** A time as answers show it. */
export function shownTime(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
