import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SuiteReport } from '../../conformance/index.js';
import { JointClock } from './joint-clock.js';
import { type Quirks, ScriptedSpeaker } from './scripted-speaker.js';
import { runAgainst, told } from './suite-under-test.js';

interface Broken {
  readonly fault: string;
  readonly quirks: Quirks;
  /** The check that has to see it. */
  readonly check: string;
  /** What has to stand in its reason. */
  readonly reason: string;
}

const FROZEN = Date.UTC(2026, 0, 5, 12);
const SAME_NONCE = Buffer.from([...Array(32).keys()]);

const BROKEN: readonly Broken[] = [
  row('has another key', { masterSecret: 'another secret' }, 'handshake.hello', 'mac of the HELLO is wrong'),
  row('talks before the WELCOME', { talksBeforeWelcome: true }, 'handshake.hello', 'where it has to wait'),
  row('has a constant for a nonce', { nonce: Buffer.alloc(32, 7) }, 'handshake.hello', 'that is not random'),
  row('takes its nonce again', { nonce: SAME_NONCE }, 'handshake.fresh-nonce', 'the same clientNonce'),
  row('serves a stranger', { believesAnybody: true }, 'handshake.gateway-proof', 'does not have its key'),
  row('has a slow pulse', { heartbeatMs: 2500 }, 'pulse.rhythm', 'heartbeats'),
  row('has no pulse', { heartbeatMs: 60_000 }, 'pulse.rhythm', 'fewer than 4 heartbeats'),
  row('counts seconds', { serverTimeMs: (nowMs) => Math.floor(nowMs / 1000) }, 'pulse.content', 'in milliseconds'),
  row('changes its account', { loginInHeartbeat: 8 }, 'pulse.content', 'login 8 in a heartbeat, 7 in the HELLO'),
  row('has a stopped clock', { serverTimeMs: () => FROZEN }, 'pulse.clock', 'went on by 0 ms'),
  row('sends a bar twice', { times: (all) => [...all.slice(1, 2), ...all.slice(1)] }, 'rates.by-count', 'came twice'),
  row('sends bars newest first', { times: (all) => all.reverse() }, 'rates.by-count', 'opens before the bar ahead'),
  row('shifts its bars', { times: (all) => all.map((time) => time - 60) }, 'rates.by-count', 'not on the grid'),
  row('answers while it loads', { firstAnswerIsEmpty: true }, 'rates.first-call', 'instead of with history-loading'),
  row('includes the end of a range', { includesEnd: true }, 'rates.range', '11 bars came, 10 are right'),
  row('hides that history ends', { hasShortHistory: true }, 'rates.bulk', 'reachesStart is not set'),
  row('sends large chunks', { rowsPerChunk: 1500 }, 'rates.bulk', '1500'),
  row('leaves holes in its pushes', { sequenceStep: 2 }, 'push.sequence', 'has the sequence number 2, not 1'),
  row('pushes no number', { pushedPrice: Number.NaN }, 'push.sequence', 'NaN is not a number'),
  row('never stops pushing', { neverStopsPushing: true }, 'push.unsubscribe', 'came after UNSUBSCRIBE'),
  row('keeps its subscriptions', { keepsSubscriptions: true }, 'push.reconnect', 'that has not subscribed'),
  row('says the wrong code', { unknownSymbolCode: 13 }, 'symbols.unknown', 'with terminal-failure, not with unknown'),
  row('answers twice', { answersTwice: true }, 'requests.concurrent', 'answered twice'),
  row('leaves at a new request', { leavesAtUnknown: true }, 'requests.unknown', 'closed the connection'),
  row('misnames nonsense', { malformedCode: 13 }, 'requests.malformed', 'with terminal-failure, not with malformed'),
  row('loses patience with a restart', { quickDials: 12 }, 'reconnect.shutdown', 'its pauses grow'),
  row('dials without a pause', { redialMs: 0 }, 'reconnect.drop', 'are the least'),
];

const reports = new Map<Broken | 'correct', SuiteReport>();

describe('the conformance suite', () => {
  let clock: JointClock;
  afterAll(() => clock.stop());

  // They mostly wait, so they are tried side by side.
  beforeAll(async () => {
    clock = new JointClock();
    const only = [...new Set(BROKEN.map(({ check }) => check))];
    const correct = async () =>
      reports.set('correct', await runAgainst((port) => new ScriptedSpeaker(port, clock), { only, clock }));
    const tries = BROKEN.map(async (broken) => {
      const start = (port: number) => new ScriptedSpeaker(port, clock, broken.quirks);
      // A pause that is missing has to be told from one that is short only because of the tests' scale.
      const settings = broken.check === 'reconnect.drop' ? { timeScale: 0.25 } : {};
      reports.set(broken, await runAgainst(start, { only: [broken.check], settings, clock }));
    });
    await Promise.all([correct(), ...tries]);
  });

  it('is passed by a speaker that is not broken', () => {
    const report = reports.get('correct')!;
    expect(told(report, 'failed')).toEqual([]);
    expect(told(report, 'skipped')).toEqual([]);
  });

  it.each(BROKEN)('finds a bridge that $fault by $check', (broken) => {
    const report = reports.get(broken)!;
    expect(report.passed).toBe(false);
    expect(told(report, 'failed')).toEqual([expect.stringContaining(`${broken.check}: `)]);
    expect(told(report, 'failed')[0]).toContain(broken.reason);
  });
});

function row(fault: string, quirks: Quirks, check: string, reason: string): Broken {
  return { fault, quirks, check, reason };
}
