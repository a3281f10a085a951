import { ApiProperty } from '@nestjs/swagger';
import {
  answerOf,
  EnumParameter,
  PageCursor,
  PageSize,
  OneOf,
  pageOf,
  Part,
  Schema,
  Text,
  TextParameter,
  Texts,
  Whole,
} from '../../http/index.js';
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
    description: 'Only actions with this prefix: `key.` selects all that concern keys.',
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
    description: 'Only events at this time or later.',
    example: '2026-11-01T00:00:00Z',
  })
  readonly from?: string;

  @TextParameter({
    pattern: TIME,
    allowed: TIME_RULE,
    description: 'Only events before this time.',
    example: '2026-12-01T00:00:00Z',
  })
  readonly to?: string;

  @PageSize('Events') readonly limit!: number;
  @PageCursor(/^[A-Za-z0-9_-]{1,800}$/, 'WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMDAwMFoiLCI0MSJd') readonly cursor?: string;

  @EnumParameter({
    values: ['json', 'csv'],
    default: 'json',
    description: '`csv`: all matching events as one table, without `limit` and `cursor`.',
    example: 'json',
  })
  readonly format!: 'json' | 'csv';
}

@Schema('One event of the audit trail.')
export class AuditEventView {
  @Text('Id of the event; ascending in order of arrival.', '41') readonly id!: string;
  @Text('When it happened.', '2026-11-21T12:00:00.000000Z') readonly at!: string;
  @Text('When the database recorded it.', '2026-11-21T12:00:00.412345Z') readonly recorded_at!: string;
  @Text('`key:<id>`, `cli`, `system`, `terminal:<id>` or `anonymous`.', 'key:7hJk2LmN0p') readonly actor!: string;
  @Text('What happened, as `<area>.<verb>`.', 'key.created') readonly action!: string;
  @Text('Affected thing, as `<kind>:<id>`; may be empty.', 'key:DjGwPBI4WP') readonly target!: string;

  @ApiProperty({
    description: 'Facts; `before` and `after` for changes. Never a secret.',
    type: 'object',
    additionalProperties: true,
    example: { reason: 'leaked in a log' },
  })
  readonly detail!: unknown;
  @Text('X-Request-Id of the request that caused it.', '4f9c1d2e8a7b6c50', 'nullable') readonly request_id!:
    string | null;
  @Whole('Place in the chain of hashes; null for up to a second, until the event is sealed.', 41, 'nullable')
  readonly seq!: number | null;
  @Text(
    'SHA-256 over the event before and this one, hexadecimal; null until it is sealed.',
    '9f2c7a6b0e0d4f43a1f6a4f6a1a7a0c56d8f3e0b1b2c3d4e5f60718293a4b5c6',
    'nullable',
  )
  readonly hash!: string | null;
}

export const AuditListAnswer = pageOf(
  'AuditListAnswer',
  AuditEventView,
  'Newest first, by the time at which it happened.',
);

export const AuditEventAnswer = answerOf('AuditEventAnswer', AuditEventView, 'The event.');

@Schema('A place in the chain of hashes.')
export class ChainPlaceView {
  @Whole('Number of the event.', 41) readonly seq!: number;
  @Text(
    'Hash of the event. Kept elsewhere, it proves that no event up to here was rewritten.',
    '9f2c7a6b0e0d4f43a1f6a4f6a1a7a0c56d8f3e0b1b2c3d4e5f60718293a4b5c6',
  )
  readonly hash!: string;
}

@Schema('The first place at which the chain does not hold.')
export class ChainFaultView {
  @OneOf('What is wrong there.', ['altered', 'reordered', 'missing', 'anchor', 'head'], 'altered')
  readonly kind!: string;
  @Whole('Number in the chain.', 17) readonly seq!: number;
  @Text(
    'One sentence that names the event.',
    'At 17 stands event 17 (key.revoked at 2026-11-21T12:16:04.895000Z): it or its seal was changed after it was sealed.',
  )
  readonly message!: string;
}

@Schema('The last completed verification.')
export class FinishedVerificationView {
  @Text('When it began.', '2026-11-21T12:20:00.000Z') readonly started_at!: string;
  @Text('When it ended.', '2026-11-21T12:20:00.084Z') readonly finished_at!: string;
  @Whole('Events whose hash was recomputed.', 41) readonly verified!: number;
  @Whole('Events that were dropped with their month and are covered by an anchor.', 0) readonly dropped!: number;
  @Part('The last place that holds.', ChainPlaceView) readonly head!: ChainPlaceView;
  @Part('The first fault; null when the chain holds.', ChainFaultView, 'nullable')
  readonly fault!: ChainFaultView | null;
}

@Schema('State of the hash chain.')
export class VerificationView {
  @OneOf(
    '`never`: this gateway has not verified yet; `running`; `holds`; `broken`: see `last.fault`; `failed`.',
    ['never', 'running', 'holds', 'broken', 'failed'],
    'holds',
  )
  readonly status!: string;
  @Part('The newest sealed event.', ChainPlaceView) readonly sealed!: ChainPlaceView;
  @Whole('Events that wait for their seal.', 0) readonly unsealed!: number;
  @Texts('Ids of events that have waited for more than ten seconds: no gateway seals them.', [])
  readonly overdue!: string[];
  @Whole('Events verified so far by the current run; null when none is running.', null, 'nullable')
  readonly running_verified!: number | null;
  @Text('Why the last run failed.', null, 'nullable') readonly failure!: string | null;
  @Part('The last completed run.', FinishedVerificationView, 'nullable')
  readonly last!: FinishedVerificationView | null;
}

export const VerificationAnswer = answerOf('VerificationAnswer', VerificationView, 'State of the hash chain.');

/** Renders an event for admins. */
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

/** Renders the state of the chain for admins. */
export function verificationView(chain: ChainState, state: VerifierState): VerificationView {
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

/** A row that was written by hand stays visible, also where its detail is no JSON object. */
function detailOf(text: string): unknown {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null ? detail : { text };
  } catch {
    return { text };
  }
}

const HASH = '05b37af2e7d61abf942ba5e52c298164dad6a1a5832337e5eeead39aa48c421a';

/** A real answer, as example of the OpenAPI document. */
export const AUDIT_CSV_EXAMPLE =
  'id,at,recorded_at,actor,action,target,detail,request_id,seq,hash\r\n' +
  '12,2026-11-21T15:09:39.247000Z,2026-11-21T15:09:39.252930Z,key:NFbAZo4lx3,key.revoked,key:PzTTgtp2uY,' +
  `"{""reason"":""leaked in a log""}",2ee70f515243dbed,12,${HASH}\r\n`;
