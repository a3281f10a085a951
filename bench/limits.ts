import { MemoryRateLimits, type RateLimits, type RateSubject } from '../src/access/index.js';
import { SystemClock } from '../src/kernel/index.js';
import { median } from './measure.js';

/**
 * CPU time of one counted request: reserve, settle (every second one is refunded), read the state for its headers and
 * release, over 1000 accounts in turn, eight requests at a time.
 */
const REQUESTS = 40_000;
const ROUNDS = 9;
const CONCURRENT = 8;
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
  for (let number = 0; number < REQUESTS; number += CONCURRENT) {
    await Promise.all(Array.from({ length: CONCURRENT }, (_, place) => request(limits, number + place)));
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / REQUESTS;
}

const limits = new MemoryRateLimits(new SystemClock());
const times: number[] = [];
for (let round = -2; round < ROUNDS; round++) {
  const time = await cpuMicrosecondsPerRequest(limits);
  if (round >= 0) times.push(time);
}
const worst = Math.max(...times).toFixed(2);
process.stdout.write(`${median(times).toFixed(2)} µs of CPU a request, worst ${worst}\n`);
