import { describe, expect, it } from '@jest/globals';
import { asDecimal, asMilliseconds, asSeconds, counted } from './text.js';

describe('numbers in texts', () => {
  it.each([
    [asMilliseconds(4999.962078000011), '5000 ms'],
    [asMilliseconds(0.4), '0 ms'],
    [asMilliseconds(-0.4), '0 ms'],
    [asSeconds(1500.0000000000002), '1.5 s'],
    [asSeconds(90_000), '90 s'],
    [asSeconds(1234.5678), '1.235 s'],
    [asSeconds(1234.5678, 1), '1.2 s'],
    [asDecimal(0.1 + 0.2), '0.3'],
    [asDecimal(100 * (1 / 3), 2), '33.33'],
    [asDecimal(1_795_700_000_123), '1795700000123'],
    [counted(1, 'second'), '1 second'],
    [counted(86_340, 'second'), '86340 seconds'],
    [counted(2.0000000000000004, 'second'), '2 seconds'],
  ])('carry no noise of floating point: %s', (text, expected) => {
    expect(text).toBe(expected);
  });
});
