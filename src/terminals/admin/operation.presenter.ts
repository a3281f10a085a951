import type { Operation } from '../upkeep/operations.js';
import type { OperationView } from './operations.schema.js';
import { iso } from './terminal.presenter.js';

/** An operation as the admin routes show it. */
export function presentOperation(operation: Operation): OperationView {
  const { id, kind, state, reason, cancelRequested, startedBy, startedAtMs, endedAtMs, steps } = operation;
  return {
    id,
    kind,
    state,
    reason: reason ?? null,
    cancel_requested: cancelRequested,
    started_by: `key:${startedBy}`,
    started_at: iso(startedAtMs),
    ended_at: iso(endedAtMs),
    terminals: steps.map((step) => ({
      terminal_id: step.terminalId,
      state: step.state,
      since: iso(step.sinceMs),
      reason: step.reason ?? null,
    })),
  };
}
