import type { SymbolRoute } from '../../terminals/index.js';
import type { SeriesState } from '../series-registry.js';
import { CONNECTED, POLLED, type BackfillAttempt, type BackfillRequest } from './backfill.js';

/** Facts of a series that a terminal feeds. */
interface Fed {
  readonly route: SymbolRoute;
  /** The backfill that waits for its turn; undefined when none does. */
  readonly due: BackfillRequest | undefined;
  /** The backfill in progress; another may be due behind it. */
  readonly attempt: BackfillAttempt | undefined;
  /** Since when no push is applied because of a backfill, monotonic milliseconds; Infinity while pushes are applied. */
  readonly waitingSinceMs: number;
}

/**
 * Where one series stands, with exactly the facts that exist there.
 *
 * - **empty, detached**: no route. What is kept can be served as stale.
 * - **loading**: a terminal feeds the series, but its bars are not complete yet. Pushes count for nothing, except while
 *   a backfill is in progress: then they are put aside and applied on top of what it found.
 * - **live**: complete. A push is applied only if it carries the next number, joins the bars that are known and is
 *   plausible; anything else asks for a backfill, and until that is done no push is applied and no bar closed.
 */
export type SeriesStatus =
  | { readonly name: 'empty' | 'detached' }
  | ({ readonly name: 'loading' } & Fed)
  /** After a poll that failed the bars are complete, but not new. */
  | ({ readonly name: 'live'; readonly pollFailed: boolean } & Fed);

/** What can happen to a series only while a terminal feeds it. */
type FedInput =
  | { readonly type: 'backfill-requested'; readonly request: BackfillRequest; readonly atMs: number }
  | { readonly type: 'backfill-begun' | 'backfill-completed' | 'backfill-failed' }
  /** The terminal has given nothing usable for too long. */
  | { readonly type: 'given-up' };

/** What can happen to a series. */
export type SeriesInput =
  | { readonly type: 'rows-read' | 'route-lost'; readonly hasBars: boolean }
  | { readonly type: 'route-found'; readonly route: SymbolRoute }
  | FedInput;

/** Every change that may ever happen; only a backfill that completes makes a series live. */
export const SERIES_TRANSITIONS = {
  empty: ['empty', 'detached', 'loading'],
  detached: ['empty', 'detached', 'loading'],
  loading: ['empty', 'detached', 'loading', 'live'],
  live: ['empty', 'detached', 'loading', 'live'],
} as const satisfies Record<SeriesState, readonly SeriesState[]>;

/** A change that the table does not know: a bug, never a matter of input. */
export class IllegalSeriesTransitionError extends Error {
  constructor(from: SeriesState, input: SeriesInput['type']) {
    super(`a series that is ${from} cannot take the input '${input}'`);
    this.name = 'IllegalSeriesTransitionError';
  }
}

/** The facts of a series that a terminal feeds; undefined for any other. */
export function fedOf(status: SeriesStatus): Fed | undefined {
  return 'route' in status ? status : undefined;
}

/** No backfill is due or in progress. */
export function isUndisturbed(status: SeriesStatus): boolean {
  const fed = fedOf(status);
  return fed?.due === undefined && fed?.attempt === undefined;
}

/**
 * The status after `input`. Pure.
 * @throws IllegalSeriesTransitionError when the table does not allow it
 */
export function nextSeriesStatus(status: SeriesStatus, input: SeriesInput): SeriesStatus {
  const target = targetOf(status, input);
  const allowed: readonly SeriesState[] = SERIES_TRANSITIONS[status.name];
  if (target === undefined || !allowed.includes(target.name)) {
    throw new IllegalSeriesTransitionError(status.name, input.type);
  }
  return target;
}

function targetOf(status: SeriesStatus, input: SeriesInput): SeriesStatus | undefined {
  switch (input.type) {
    case 'route-found':
      return loading(input.route);
    case 'route-lost':
      return { name: input.hasBars ? 'detached' : 'empty' };
    case 'rows-read':
      return 'route' in status ? status : { name: input.hasBars ? 'detached' : 'empty' };
    case 'backfill-requested':
    case 'backfill-begun':
    case 'backfill-completed':
    case 'backfill-failed':
    case 'given-up':
      break;
  }
  return 'route' in status ? fedTarget(status, input) : undefined;
}

type FedStatus = Extract<SeriesStatus, Fed>;

function fedTarget(status: FedStatus, input: FedInput): SeriesStatus | undefined {
  const { route, due, attempt } = status;
  switch (input.type) {
    case 'backfill-requested':
      return requested(status, input);
    case 'backfill-begun':
      return due && { ...status, due: undefined, attempt: { route, request: due } };
    case 'backfill-completed':
      return attempt && { name: 'live', pollFailed: false, route, due, attempt: undefined, waitingSinceMs: Infinity };
    case 'backfill-failed':
      return attempt && failed(status, attempt.request);
    case 'given-up':
      break;
  }
  return status.name === 'live' ? { ...status, name: 'loading' } : undefined;
}

function loading(route: SymbolRoute): SeriesStatus {
  const due = { reason: CONNECTED, from: Infinity };
  return { name: 'loading', route, due, attempt: undefined, waitingSinceMs: Infinity };
}

/** A request that meets one that is due widens it. */
function requested(
  status: FedStatus,
  { request, atMs }: Extract<FedInput, { type: 'backfill-requested' }>,
): SeriesStatus {
  const { due } = status;
  if (due !== undefined) return { ...status, due: { ...due, from: Math.min(due.from, request.from) } };
  return { ...status, due: request, waitingSinceMs: Math.min(status.waitingSinceMs, atMs) };
}

/** The series is incomplete until a backfill succeeds; after a poll it is only stale. */
function failed(status: FedStatus, request: BackfillRequest): SeriesStatus {
  const due = { ...request, from: Math.min(request.from, status.due?.from ?? Infinity) };
  const ended = { ...status, due, attempt: undefined };
  if (request.reason !== POLLED) return { ...ended, name: 'loading' };
  return ended.name === 'live' ? { ...ended, pollFailed: true } : ended;
}
