import { MemoryRateLimits, type RateLimits, type RateSubject } from '../src/access/index.js';
import { SystemClock } from '../src/kernel/index.js';
import { PlainRateLimits } from '../test/naive/plain-rate-limits.js';
import { median } from './measure.js';

/**
 * What one counted request costs the limits: admit, settle (every second one is given back), end, and the state for
 * its headers, over 1000 accounts in turn, eight requests at a time. The library and a plain map take turns, so that a
 * slow moment of the machine meets both. CPU time, not wall clock.
 */
const REQUESTS = 40_000;
const ROUNDS = 9;
const AT_ONCE = 8;
const DAY_MS = 86_400_000;

const SUBJECTS = Array.from({ length: 1000 }, (_, id): RateSubject => {
  const minute = { name: 'minute', quota: 1_000_000, windowMs: 60_000 } as const;
  const day = { name: 'day', quota: 10_000_000, windowMs: DAY_MS } as const;
  return { accountId: `account ${id}`, windows: [minute, day], concurrent: 20 };
});

async function request(limits: RateLimits, number: number): Promise<void> {
  const subject = SUBJECTS[number % SUBJECTS.length]!;
  const admission = await limits.reserve(subject);
  if (!admission.admitted) throw new Error('the limits of this benchmark cannot be reached');
  if (number % 2 === 0) await admission.reservation.refund();
  await limits.state(subject);
  await admission.reservation.release();
}

async function cpuMicrosecondsPerRequest(limits: RateLimits): Promise<number> {
  const start = process.cpuUsage();
  for (let number = 0; number < REQUESTS; number += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => request(limits, number + place)));
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / REQUESTS;
}

const clock = new SystemClock();
const contestants = [
  { name: 'rate-limiter-flexible', limits: new MemoryRateLimits(clock), times: [] as number[] },
  { name: 'plain map', limits: new PlainRateLimits(clock), times: [] as number[] },
];
for (let round = -2; round < ROUNDS; round++) {
  for (const { limits, times } of contestants) {
    const time = await cpuMicrosecondsPerRequest(limits);
    if (round >= 0) times.push(time);
  }
}
for (const { name, times } of contestants) {
  const worst = Math.max(...times).toFixed(2);
  process.stdout.write(
    `${name.padEnd(24)} ${median(times).toFixed(2).padStart(7)} µs of CPU a request, worst ${worst}\n`,
  );
}
const [library = Number.NaN, plain = Number.NaN] = contestants.map(({ times }) => median(times));
process.stdout.write(`library : plain map = ${(library / plain).toFixed(1)}\n`);
