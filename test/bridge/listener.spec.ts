import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { farewell, helloFrame, PREAMBLE, ScriptedTerminal } from '../support/scripted-terminal.js';
import { ListenerHarness } from './listener-harness.js';

function pem(name: string): string {
  return readFileSync(new URL(`../fixtures/tls/localhost-${name}.pem`, import.meta.url), 'utf8');
}

describe('stop of a listener', () => {
  it('says goodbye to every bridge and leaves no socket and no timer', async () => {
    const harness = await ListenerHarness.start();
    const ready = [await ScriptedTerminal.ready(harness.port), await ScriptedTerminal.ready(harness.port)];
    const stranger = await ScriptedTerminal.dial(harness.port);
    await stranger.greet();
    const stopped = harness.listener.stop({ graceMs: 1000 });
    for (const terminal of ready) expect(farewell(await terminal.frame()).reason).toBe(2);
    await Promise.all([...ready, stranger].map((terminal) => terminal.closed));
    await stopped;
    await harness.stop();
  });

  it('waits for a bridge that does not close, but not longer than the grace', async () => {
    const harness = await ListenerHarness.start();
    const terminal = await ScriptedTerminal.ready(harness.port);
    terminal.socket.pause();
    let hasStopped = false;
    const stopped = harness.listener.stop({ graceMs: 500 }).then(() => (hasStopped = true));
    await harness.clock.advanceAsync(499, 50);
    expect(hasStopped).toBe(false);
    harness.clock.advance(1);
    await stopped;
    await harness.stop();
    await terminal.leave();
  });
});

describe('start of a listener', () => {
  it('fails with the system code when the port is taken', async () => {
    const harness = await ListenerHarness.start();
    await expect(ListenerHarness.start({}, harness.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await harness.stop();
  });
});

describe('a listener with TLS', () => {
  const tls = { key: pem('key'), cert: pem('cert') };

  it('serves the same protocol inside', async () => {
    const harness = await ListenerHarness.start({ tls });
    const terminal = await ScriptedTerminal.dial(harness.port, { ca: tls.cert });
    expect((await terminal.shakeHands()).type).toBe(3);
    const answer = harness.session().request({ type: 'restart' }, { timeoutMs: 1000 });
    terminal.sendFrame(0x0046, undefined, (await terminal.frame()).requestId);
    expect(await answer).toEqual({ type: 'ok' });
    harness.session().goaway('reconnect', { message: 'dial again', retryAfterMs: 0 });
    expect((await terminal.frame()).type).toBe(0x0013);
    await terminal.closed;
    await harness.stop();
  });

  it('drops whoever does not speak TLS', async () => {
    const harness = await ListenerHarness.start({ tls });
    const terminal = await ScriptedTerminal.dial(harness.port);
    terminal.send(PREAMBLE, helloFrame(Buffer.alloc(32)));
    await terminal.closed;
    await harness.until(() => harness.rejections.length > 0);
    expect(harness.rejections).toHaveLength(1);
    await harness.stop();
  });

  it('counts the time of the TLS handshake into the deadline', async () => {
    const harness = await ListenerHarness.start({ tls });
    const terminal = await ScriptedTerminal.dial(harness.port);
    const later = await ScriptedTerminal.dial(harness.port, { ca: tls.cert });
    expect(harness.listener.stats().handshaking).toBe(2);
    harness.clock.advance(5000);
    await Promise.all([terminal.closed, later.closed]);
    expect(harness.rejections.map(({ reason }) => reason)).toEqual(['handshake-timeout', 'handshake-timeout']);
    await harness.stop();
  });
});
