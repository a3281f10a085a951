import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { EnumParameter, IntegerParameter, TextParameter } from '../../http/index.js';
import type { AuditRecord, ChainState, FinishedVerification, VerifierState } from '../../persistence/index.js';

/** A time as ISO 8601 with a zone; that it exists is checked by the controller. */
const TIME = /^[2-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;
const TIME_RULE = 'a time in ISO 8601 with a zone';
const NAME = /^[^\p{C}]{1,200}$/u;
const NAME_RULE = '1 to 200 characters without control characters';

/** Query of GET /admin/audit. */
export class AuditQueryParameters {
  @TextParameter({ pattern: NAME, allowed: NAME_RULE, description: 'Only this actor.', example: 'key:7hJk2LmN0p' })
  readonly actor?: string;

  @TextParameter({
    pattern: /^[A-Za-z0-9._-]{1,100}$/,
    allowed: 'the beginning of an action',
    description: 'Only actions that begin so: `key.` for everything about keys.',
    example: 'key.',
  })
  readonly action?: string;

  @TextParameter({
    pattern: /^[a-z_-]{1,40}$/,
    allowed: 'a kind of thing: key, account, terminal, tier, ...',
    description: 'Only things of this kind: `key`, `account`, `terminal`, `tier`, ...',
    example: 'key',
  })
  readonly target_kind?: string;

  @TextParameter({
    pattern: NAME,
    allowed: NAME_RULE,
    description: 'Only this thing; needs `target_kind`.',
    example: '7hJk2LmN0p',
  })
  readonly target_id?: string;

  @TextParameter({
    pattern: TIME,
    allowed: TIME_RULE,
    description: 'Happened at this time or later.',
    example: '2026-11-01T00:00:00Z',
  })
  readonly from?: string;

  @TextParameter({
    pattern: TIME,
    allowed: TIME_RULE,
    description: 'Happened before this time.',
    example: '2026-12-01T00:00:00Z',
  })
  readonly to?: string;

  @IntegerParameter({ min: 1, max: 1000, default: 100, description: 'Events a page.', example: 100 })
  readonly limit!: number;

  @TextParameter({
    pattern: /^[A-Za-z0-9_-]{1,800}$/,
    allowed: 'a next_cursor of this list',
    description: '`next_cursor` of the page before.',
    example: 'WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMDAwMFoiLCI0MSJd',
  })
  readonly cursor?: string;

  @EnumParameter({
    values: ['json', 'csv'],
    default: 'json',
    description: '`csv`: everything that fits the filters as one table; `limit` and `cursor` do not count then.',
    example: 'json',
  })
  readonly format!: 'json' | 'csv';
}

/** One event of the audit trail. */
@ApiSchema({ description: 'One event of the audit trail.' })
export class AuditEventView {
  @ApiProperty({ description: 'Order in which events came in.', example: '41' })
  readonly id!: string;

  @ApiProperty({ description: 'When it happened.', example: '2026-11-21T12:00:00.000000Z' })
  readonly at!: string;

  @ApiProperty({ description: 'When the database got it.', example: '2026-11-21T12:00:00.412345Z' })
  readonly recorded_at!: string;

  @ApiProperty({
    description: '`key:<id>`, `cli`, `system`, `terminal:<id>` or `anonymous`.',
    example: 'key:7hJk2LmN0p',
  })
  readonly actor!: string;

  @ApiProperty({ description: 'What happened, as `<area>.<verb>`.', example: 'key.created' })
  readonly action!: string;

  @ApiProperty({ description: 'To what, as `<kind>:<id>`; may be empty.', example: 'key:DjGwPBI4WP' })
  readonly target!: string;

  @ApiProperty({
    description: 'Facts; `before` and `after` for changes. Never a secret.',
    type: 'object',
    additionalProperties: true,
    example: { reason: 'leaked in a log' },
  })
  readonly detail!: unknown;

  @ApiProperty({
    description: 'X-Request-Id of the request that did it.',
    nullable: true,
    type: String,
    example: '4f9c1d2e8a7b6c50',
  })
  readonly request_id!: string | null;

  @ApiProperty({
    description: 'Place in the chain of hashes; null for up to a second, until the event is sealed.',
    nullable: true,
    type: 'integer',
    example: 41,
  })
  readonly seq!: number | null;

  @ApiProperty({
    description: 'SHA-256 over the event before and this one, hexadecimal; null until it is sealed.',
    nullable: true,
    type: String,
    example: '9f2c7a6b0e0d4f43a1f6a4f6a1a7a0c56d8f3e0b1b2c3d4e5f60718293a4b5c6',
  })
  readonly hash!: string | null;
}

/** Answer of GET /admin/audit. */
@ApiSchema({ description: 'Answer of GET /admin/audit.' })
export class AuditListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: [AuditEventView], description: 'Newest first, by the time at which it happened.' })
  readonly data!: AuditEventView[];

  @ApiProperty({
    description: 'Cursor of the next page; null on the last.',
    nullable: true,
    type: String,
    example: null,
  })
  readonly next_cursor!: string | null;
}

/** Answer of GET /admin/audit/{id}. */
@ApiSchema({ description: 'Answer of GET /admin/audit/{id}.' })
export class AuditEventAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: AuditEventView, description: 'The event.' })
  readonly data!: AuditEventView;
}

/** A place in the chain. */
@ApiSchema({ description: 'A place in the chain of hashes.' })
export class ChainPlace {
  @ApiProperty({ description: 'Number of the event.', type: 'integer', example: 41 })
  readonly seq!: number;

  @ApiProperty({
    description: 'Its hash. Keep it elsewhere: it proves that nothing up to here was rewritten.',
    example: '9f2c7a6b0e0d4f43a1f6a4f6a1a7a0c56d8f3e0b1b2c3d4e5f60718293a4b5c6',
  })
  readonly hash!: string;
}

/** The first place at which the chain does not hold. */
@ApiSchema({ description: 'The first place at which the chain does not hold.' })
export class ChainFaultView {
  @ApiProperty({
    description: 'What is wrong there.',
    enum: ['altered', 'reordered', 'missing', 'anchor', 'head'],
    example: 'altered',
  })
  readonly kind!: string;

  @ApiProperty({ description: 'Number in the chain.', type: 'integer', example: 17 })
  readonly seq!: number;

  @ApiProperty({
    description: 'One sentence that names the event.',
    example:
      'At 17 stands event 17 (key.revoked at 2026-11-21T12:16:04.895000Z): it or its seal was changed after it was sealed.',
  })
  readonly message!: string;
}

/** The last verification that came to its end. */
@ApiSchema({ description: 'The last verification that came to its end.' })
export class FinishedVerificationView {
  @ApiProperty({ description: 'When it began.', example: '2026-11-21T12:20:00.000Z' })
  readonly started_at!: string;

  @ApiProperty({ description: 'When it ended.', example: '2026-11-21T12:20:00.084Z' })
  readonly finished_at!: string;

  @ApiProperty({ description: 'Events whose hash was computed again.', type: 'integer', example: 41 })
  readonly verified!: number;

  @ApiProperty({ description: 'Events that left with their month and have an anchor.', type: 'integer', example: 0 })
  readonly dropped!: number;

  @ApiProperty({ type: ChainPlace, description: 'The last place that holds.' })
  readonly head!: ChainPlace;

  @ApiProperty({ type: ChainFaultView, nullable: true, description: 'The first fault; null when the chain holds.' })
  readonly fault!: ChainFaultView | null;
}

/** What is known of the chain. */
@ApiSchema({ description: 'What is known of the chain.' })
export class Verification {
  @ApiProperty({
    description:
      '`never`: this gateway has not verified yet; `running`; `holds`; `broken`: see `last.fault`; `failed`.',
    enum: ['never', 'running', 'holds', 'broken', 'failed'],
    example: 'holds',
  })
  readonly status!: string;

  @ApiProperty({ type: ChainPlace, description: 'Up to where events are sealed now.' })
  readonly sealed!: ChainPlace;

  @ApiProperty({ description: 'Events that wait for their seal.', type: 'integer', example: 0 })
  readonly unsealed!: number;

  @ApiProperty({
    description: 'Ids of those that wait for more than ten seconds: no gateway seals them.',
    type: [String],
    example: [],
  })
  readonly overdue!: string[];

  @ApiProperty({
    description: 'Events verified so far by the run that is under way; null when none is.',
    nullable: true,
    type: 'integer',
    example: null,
  })
  readonly running_verified!: number | null;

  @ApiProperty({ description: 'Why the last try came to no end.', nullable: true, type: String, example: null })
  readonly failure!: string | null;

  @ApiProperty({ type: FinishedVerificationView, nullable: true, description: 'The last run that came to its end.' })
  readonly last!: FinishedVerificationView | null;
}

/** Answer of the routes of the verification. */
@ApiSchema({ description: 'Answer of the routes of the verification.' })
export class VerificationAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: Verification, description: 'What is known of the chain.' })
  readonly data!: Verification;
}

/** What admins see of an event. */
export function eventView(record: AuditRecord): AuditEventView {
  return {
    id: record.id,
    at: record.at,
    recorded_at: record.recordedAt,
    actor: record.actor,
    action: record.action,
    target: record.target,
    detail: detailOf(record.detail),
    request_id: record.requestId ?? null,
    seq: record.seal?.seq ?? null,
    hash: record.seal?.hash ?? null,
  };
}

/** What admins see of the chain. */
export function verificationView(chain: ChainState, state: VerifierState): Verification {
  return {
    status: statusOf(state),
    sealed: { ...chain.head },
    unsealed: chain.unsealed.count,
    overdue: [...chain.unsealed.overdue],
    running_verified: state.running?.verified ?? null,
    failure: state.failure ?? null,
    last: state.last === undefined ? null : finishedView(state.last),
  };
}

function statusOf({ running, last, failure }: VerifierState): string {
  if (running !== undefined) return 'running';
  if (failure !== undefined) return 'failed';
  if (last === undefined) return 'never';
  return last.fault === undefined ? 'holds' : 'broken';
}

function finishedView(last: FinishedVerification): FinishedVerificationView {
  const { startedAt, finishedAt, verified, dropped, head, fault } = last;
  return {
    started_at: startedAt.toISOString(),
    finished_at: finishedAt.toISOString(),
    verified,
    dropped,
    head: { ...head },
    fault: fault === undefined ? null : { ...fault },
  };
}

/** Whatever somebody wrote into the table by hand must not keep the row from being seen. */
function detailOf(text: string): unknown {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null ? detail : { text };
  } catch {
    return { text };
  }
}
