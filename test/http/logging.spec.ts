import { Module } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Logger, LoggerModule } from 'nestjs-pino';
import { parseKey } from '../../src/access/index.js';
import { startHttpApp } from '../support/http-app.js';
import { probe, ProbeController } from './probe.controller.js';

describe('the log', () => {
  it('names a failed request by its id and route, and never holds a key', async () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);

    @Module({ imports: [LoggerModule.forRoot({ pinoHttp: [{ level: 'trace', autoLogging: false }, { write }] })] })
    class LogModule {}

    const app = await startHttpApp({ controllers: [ProbeController], imports: [LogModule] });
    try {
      app.app.useLogger(app.app.get(Logger));
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
});
