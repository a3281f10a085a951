import { describe, expect, it } from '@jest/globals';
import { type LoggerOptions, pino } from 'pino';
import { parseKey } from '../../src/access/credentials/api-key.js';
import { loggerOptions } from '../../src/logger-options.js';
import { gateway } from '../support/gateway-builder.js';
import { probe, ProbeController } from './probe.controller.js';

describe('the log', () => {
  it('names a failed request by its id and route, and never holds a key', async () => {
    const lines: string[] = [];

    const app = await gateway().withControllers(ProbeController).withLog(lines).start();
    try {
      const key = await app.key({ tier: 'PRO' });
      const wrong = key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
      probe.act = () => {
        throw new Error('the reason');
      };
      const ask = (query: string, headers: Record<string, string>) =>
        fetch(`${app.url}/api/v1/probe/EURUSD/H1${query}`, { headers: { 'x-request-id': 'mine', ...headers } });
      await ask('', { 'x-api-key': key });
      await ask('', { authorization: `Bearer ${key}` });
      await ask('', { 'x-api-key': wrong });
      await ask(`?api_key=${key}`, {});
      await ask(`?${key}=1`, {});
      await fetch(`${app.url}/nowhere?token=${key}`);
      const log = lines.join('');
      expect(log).toContain('GET /api/v1/probe/:symbol/:timeframe internal request_id=mine');
      expect(log).toContain('the reason');
      expect(log).toContain('key-in-query request_id=mine');
      expect(log).not.toContain(parseKey(key)?.secret);
    } finally {
      await app.close();
    }
  });

  it('takes secrets out of what others say', () => {
    const lines: string[] = [];
    const logger = pino(loggerOptions('info') as LoggerOptions, { write: (line: string) => void lines.push(line) });
    const key = `mt5g_live_0123456789_${'a'.repeat(49)}`;

    logger.info(`refused ${key}, and "${key}" again`);
    logger.error(new Error('connect postgres://app:hunter2@db:5432/mt5gw failed'));
    logger.info({ req: { headers: { 'x-api-key': 'sesame', authorization: 'Bearer sesame' } }, password: 'sesame' });
    logger.info({ url: 'http://127.0.0.1:5001/api/v1/me', text: 'at 12:30 user@host' });

    const log = lines.join('');
    expect(log).toContain('refused mt5g_live_0123456789_[redacted], and');
    expect(log).toContain('postgres://app:[redacted]@db:5432/mt5gw');
    expect(log).toContain('"x-api-key":"[redacted]"');
    expect(log).toContain('http://127.0.0.1:5001/api/v1/me');
    expect(log).toContain('at 12:30 user@host');
    expect(log).not.toMatch(/aaaa|hunter2|sesame/);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});
