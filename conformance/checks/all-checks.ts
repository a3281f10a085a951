import type { Check } from '../check.js';
import { handshakeChecks, openingChecks } from './handshake.checks.js';
import { indicatorChecks } from './indicator.checks.js';
import { marketChecks } from './market.checks.js';
import { pulseChecks, silenceChecks } from './pulse.checks.js';
import { pushChecks } from './push.checks.js';
import { ratesChecks } from './rates.checks.js';
import { lastChecks, reconnectChecks } from './reconnect.checks.js';
import { requestChecks } from './request.checks.js';

/** Every check, in the order in which they cost the fewest connections. */
export const ALL_CHECKS: readonly Check[] = [
  ...openingChecks,
  ...pulseChecks,
  ...marketChecks,
  ...ratesChecks,
  ...pushChecks,
  ...indicatorChecks,
  ...requestChecks,
  ...reconnectChecks,
  ...handshakeChecks,
  ...silenceChecks,
  ...lastChecks,
];
