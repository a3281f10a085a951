import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { symbolName } from '../../market/index.js';
import { POLLED } from './backfill.js';
import {
  fedOf,
  IllegalSeriesTransitionError,
  isUndisturbed,
  nextSeriesStatus,
  SERIES_TRANSITIONS,
  type SeriesInput,
  type SeriesStatus,
} from './series.state.js';

const EMPTY: SeriesStatus = { name: 'empty' };

const route = (epoch: number) => ({
  ...{ symbol: symbolName('EURUSD'), terminalId: 'MT5_05', epoch, brokerServer: 'Broker-Live' },
  ...{ brokerSymbol: 'EURUSD', digits: 5, simulated: false, pushes: true },
});

const request = fc.record({
  reason: fc.constantFrom(POLLED, 'history-changed', 'push 7 came twice'),
  from: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 1000 })),
});

const input: fc.Arbitrary<SeriesInput> = fc.oneof(
  fc.record({ type: fc.constantFrom('rows-read' as const, 'route-lost' as const), hasBars: fc.boolean() }),
  fc.record({ type: fc.constant('route-found' as const), route: fc.nat(9).map(route) }),
  fc.record({ type: fc.constant('backfill-requested' as const), request, atMs: fc.nat(10_000) }),
  fc.constantFrom<SeriesInput>({ type: 'backfill-begun' }, { type: 'backfill-completed' }),
  fc.constantFrom<SeriesInput>({ type: 'backfill-failed' }, { type: 'given-up' }),
);

interface Step {
  readonly before: SeriesStatus;
  readonly input: SeriesInput;
  readonly after: SeriesStatus;
}

/** The steps that the table takes, out of random inputs. */
function walk(inputs: readonly SeriesInput[]): Step[] {
  const steps: Step[] = [];
  let status = EMPTY;
  for (const input of inputs) {
    try {
      const after = nextSeriesStatus(Object.freeze(status), input);
      steps.push({ before: status, input, after });
      status = after;
    } catch (error) {
      if (!(error instanceof IllegalSeriesTransitionError)) throw error;
    }
  }
  return steps;
}

function forAllSteps(check: (step: Step) => void): void {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => walk(inputs).forEach(check)),
    { numRuns: 500 },
  );
}

/** The status after inputs that are all legal. */
const after = (...inputs: SeriesInput[]) => inputs.reduce(nextSeriesStatus, EMPTY);
const FOUND: SeriesInput = { type: 'route-found', route: route(1) };
const LIVE: SeriesInput[] = [FOUND, { type: 'backfill-begun' }, { type: 'backfill-completed' }];
const asked = (reason: string, from: number, atMs = 0): SeriesInput => {
  return { type: 'backfill-requested', request: { reason, from }, atMs };
};

describe('the status of a series', () => {
  it('changes only as the table allows', () => {
    forAllSteps(({ before, after }) => expect(SERIES_TRANSITIONS[before.name]).toContain(after.name));
  });

  it('becomes live only when a backfill completes, and has nothing to wait for then', () => {
    forAllSteps(({ before, input, after }) => {
      if (after.name !== 'live' || before.name === 'live') return;
      expect(input.type).toBe('backfill-completed');
      expect(after).toMatchObject({ pollFailed: false, attempt: undefined, waitingSinceMs: Infinity });
    });
  });

  it('has a route exactly while it is loading or live, and keeps it until another input about the route', () => {
    forAllSteps(({ before, input, after }) => {
      expect(fedOf(after) !== undefined).toBe(after.name === 'loading' || after.name === 'live');
      if (!input.type.startsWith('route-')) expect(fedOf(after)?.route).toBe(fedOf(before)?.route);
    });
  });

  it('never loses a doubt: bars that were in doubt are due or being fetched until a backfill completes', () => {
    const doubtful = (status: SeriesStatus) =>
      Math.min(fedOf(status)?.due?.from ?? Infinity, fedOf(status)?.attempt?.request.from ?? Infinity);
    forAllSteps(({ before, input, after }) => {
      if (['route-found', 'route-lost', 'backfill-completed', 'backfill-begun'].includes(input.type)) return;
      expect(doubtful(after)).toBeLessThanOrEqual(doubtful(before));
    });
  });

  it('leaves no backfill of an earlier route in progress', () => {
    forAllSteps(({ after }) => {
      const fed = fedOf(after);
      if (fed?.attempt !== undefined) expect(fed.attempt.route).toBe(fed.route);
    });
  });

  it('asks for a backfill as soon as a terminal feeds the series', () => {
    expect(after(FOUND)).toMatchObject({ name: 'loading', due: { reason: 'connected', from: Infinity } });
  });

  it('widens a request that is due and keeps its reason and the time since when it waits', () => {
    expect(after(...LIVE, asked('lost', 500, 10), asked('history-changed', 200, 20))).toMatchObject({
      due: { reason: 'lost', from: 200 },
      waitingSinceMs: 10,
    });
  });

  it('stays live after a poll that failed, and loads after any other backfill that failed', () => {
    const fail: SeriesInput[] = [{ type: 'backfill-begun' }, { type: 'backfill-failed' }];
    expect(after(...LIVE, asked(POLLED, Infinity), ...fail)).toMatchObject({ name: 'live', pollFailed: true });
    expect(after(...LIVE, asked('lost', 7), ...fail)).toMatchObject({ name: 'loading', due: { from: 7 } });
  });

  it('is disturbed while a backfill is due or in progress', () => {
    const steps = [...LIVE, asked('lost', 7), { type: 'backfill-begun' }, { type: 'backfill-completed' }] as const;
    const disturbed = steps.map((_, i) => !isUndisturbed(after(...steps.slice(0, i + 1))));
    expect(disturbed).toEqual([true, true, false, true, true, false]);
  });

  it.each<[SeriesInput['type'], SeriesInput[]]>([
    ['backfill-requested', [asked('lost', 0)]],
    ['backfill-begun', [{ type: 'backfill-begun' }]],
    ['backfill-completed', [FOUND, { type: 'backfill-completed' }]],
    ['backfill-failed', [...LIVE, { type: 'backfill-failed' }]],
    ['given-up', [FOUND, { type: 'given-up' }]],
  ])('refuses %s where the table has no place for it', (_, inputs) => {
    expect(() => after(...inputs)).toThrow(IllegalSeriesTransitionError);
  });
});
