/** Length of a group's window, milliseconds. */
export const GROUP_MS = 60_000;

/** What the refusals of one group have in common. */
export interface RefusalFacts {
  /** `key:<id>` of a genuine key, else `anonymous`. */
  readonly actor: string;
  readonly reason: string;
  /** Null in the group that takes what no other group has room for. */
  readonly address: string | null;
  readonly method: string | null;
  readonly route: string | null;
}

/** Refusals that become one row: how many there were, and when the first and the last one happened. */
export interface RefusalGroup extends RefusalFacts {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of the first one. */
  readonly requestId: string | undefined;
}

interface OpenGroup {
  readonly facts: RefusalFacts;
  /** Monotonic time at which the window ends. */
  readonly endsAtMs: number;
  count: number;
  firstMs: number;
  lastMs: number;
  requestId: string | undefined;
}

/** When and for which request a refusal happened. */
export interface RefusalMoment {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly requestId: string;
}

/**
 * Groups refusals by caller, address, route, reason and minute, so that no caller decides how many rows are written.
 * The first refusal of a group is returned immediately; those that follow within the minute become one more group.
 * A bounded number of groups is open; what exceeds it shares one group for each reason.
 */
export class RefusalGroups {
  private readonly open = new Map<string, OpenGroup>();

  /** @param maxGroups groups that may be open, not counting the shared ones */
  constructor(private readonly maxGroups: number) {}

  /** Groups that are open now. */
  get size(): number {
    return this.open.size;
  }

  /** Counts a refusal. Returns the group to write immediately when it is the first of its window. */
  add(facts: RefusalFacts, moment: RefusalMoment): RefusalGroup | undefined {
    const known = this.open.get(nameOf(facts));
    if (known !== undefined) return count(known, moment);
    if (this.open.size < this.maxGroups) return this.begin(facts, moment);
    const shared = { actor: 'anonymous', reason: facts.reason, address: null, method: null, route: null };
    const overflow = this.open.get(nameOf(shared));
    return overflow === undefined ? this.begin(shared, moment) : count(overflow, moment);
  }

  /** Closes the groups whose minute is over, or all of them, and returns those with refusals that were not returned yet. */
  take(monotonicMs = Infinity): RefusalGroup[] {
    const due = [...this.open].filter(([, group]) => group.endsAtMs <= monotonicMs);
    for (const [name] of due) this.open.delete(name);
    return due
      .map(([, group]) => group)
      .filter(({ count }) => count > 0)
      .map(closed);
  }

  private begin(facts: RefusalFacts, { monotonicMs, wallMs, requestId }: RefusalMoment): RefusalGroup {
    const empty = { count: 0, firstMs: wallMs, lastMs: wallMs, requestId: undefined };
    this.open.set(nameOf(facts), { facts, endsAtMs: monotonicMs + GROUP_MS, ...empty });
    return { ...facts, count: 1, firstMs: wallMs, lastMs: wallMs, requestId };
  }
}

function count(group: OpenGroup, { wallMs, requestId }: RefusalMoment): undefined {
  if (group.count === 0) {
    group.firstMs = wallMs;
    group.requestId = requestId;
  }
  group.count++;
  group.lastMs = wallMs;
}

function closed({ facts, count: refusals, firstMs, lastMs, requestId }: OpenGroup): RefusalGroup {
  return { ...facts, count: refusals, firstMs, lastMs, requestId };
}

function nameOf({ actor, reason, address, method, route }: RefusalFacts): string {
  return JSON.stringify([actor, reason, address, method, route]);
}
