import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFaultCommand } from './fault-command.js';
import { parsePlan } from './parse-plan.js';
import { SimulatorSetupError } from './simulator.errors.js';

const GOOD = {
  gateway: { host: '127.0.0.1', port: 5002 },
  masterSecret: 'a master secret that never appears',
  terminals: [{ id: 'MT5_05', login: 12345682, symbols: [{ name: 'EURUSD' }], faults: [{ command: 'half-open' }] }],
};

function problems(value: unknown): string {
  try {
    parsePlan(value);
  } catch (error) {
    expect(error).toBeInstanceOf(SimulatorSetupError);
    return (error as Error).message;
  }
  return '';
}

describe('plan', () => {
  it('is taken as it is when it is right', () => expect(parsePlan(GOOD)).toEqual(GOOD));

  it('is refused with all problems together', () => {
    const terminals = [
      { id: 'A', login: 0, key: 'short', symbols: [{ name: 'eurusd', digits: 9, price: '0' }] },
      { id: 'A', login: 1, symbols: [], faults: [{ command: 'explode' }] },
    ];
    const message = problems({ gateway: { port: 70_000 }, mode: 'replay', seed: -1, clockRate: Infinity, terminals });
    for (const problem of [
      ...['gateway.host', 'gateway.port', 'candlesDir', 'seed', 'clockRate', 'ids must be unique'],
      ...[
        'terminals[0].login',
        'terminals[0].key',
        'terminals[0].symbols[0].name',
        'symbols[0].digits',
        'symbols[0].price',
      ],
      ...['terminals[1] needs a key', 'terminals[1].symbols', "Unknown control command 'explode'"],
    ]) {
      expect(message).toContain(problem);
    }
  });

  it('never shows a secret', () => {
    expect(problems({ ...GOOD, gateway: {} })).not.toContain('never appears');
    const terminals = [{ ...GOOD.terminals[0], key: 'deadbeef' }];
    expect(problems({ ...GOOD, terminals })).not.toContain('deadbeef');
  });

  it('is refused with a typed error whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (value) => expect(problems(value)).not.toBe('')));
  });
});

describe('control command', () => {
  it.each([
    { command: 'history-loading', calls: 2 },
    { command: 'drop', how: 'reset' },
    { command: 'identity', key: 'wrong' },
    { command: 'rewrite-history', symbol: 'EURUSD', from: 1, remove: true, announce: false },
    { command: 'clock-skew', ms: -5000 },
  ])('is taken when it is right: %j', (command) => expect(parseFaultCommand(command)).toEqual(command));

  it.each([
    [{ command: 'constructor' }, 'Unknown control command'],
    [{ command: 'drop' }, 'how is missing'],
    [{ command: 'drop', how: 'softly' }, 'how is missing or not'],
    [{ command: 'slow-answers', delayMs: -1 }, 'delayMs is missing or not a count'],
    [{ command: 'half-open', until: 5 }, "half-open has no field 'until'"],
    ['drop', 'is a JSON object'],
  ])('is refused when it is wrong: %j', (command, problem) => {
    expect(() => parseFaultCommand(command)).toThrow(problem);
  });
});
