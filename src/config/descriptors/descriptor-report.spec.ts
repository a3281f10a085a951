import { describe, expect, it } from '@jest/globals';
import { ConnectionSettings } from './connection-settings.js';
import { assertDescriptorLimit, describeConnections } from './descriptor-report.js';

const settings = (changes: Partial<ConnectionSettings> = {}): ConnectionSettings =>
  new ConnectionSettings({
    descriptorLimit: 1024,
    lowestDescriptorLimit: 200,
    wantedHttp: undefined,
    ampleDescriptorLimit: 5600,
    maxHttp: 600,
    unproved: { strangers: 200, knownAddresses: 50, perAddress: 30 },
    ...changes,
  });

describe('describeConnections', () => {
  it('says how many connections fit under the limit', () => {
    expect(describeConnections(settings())).toEqual({
      summary:
        '1024 files and sockets may be open: at most 600 HTTP connections and 250 bridge connections without a proof; ' +
        'the others are for database, terminals and files',
      advice: undefined,
    });
  });

  it('says that the limit is not known, and that nothing caps HTTP connections then', () => {
    const { summary } = describeConnections(settings({ descriptorLimit: undefined, maxHttp: undefined }));
    expect(summary).toMatch(/^the limit of open files is not known here: any number of HTTP connections and /);
  });

  it('advises the limit with which HTTP_MAX_CONNECTIONS would fit', () => {
    expect(describeConnections(settings({ wantedHttp: 5000 })).advice).toBe(
      'HTTP_MAX_CONNECTIONS is 5000, but the limit of 1024 open files leaves 600: allow 5600 (ulimit -n)',
    );
    expect(describeConnections(settings({ wantedHttp: 600 })).advice).toBeUndefined();
  });
});

describe('assertDescriptorLimit', () => {
  it('refuses a limit below the lowest one by naming both', () => {
    expect(() => assertDescriptorLimit(settings({ descriptorLimit: 199 }))).toThrow(/only 199 .* at least 200 /);
  });

  it.each([200, undefined])('takes a limit of %s', (descriptorLimit) => {
    expect(() => assertDescriptorLimit(settings({ descriptorLimit }))).not.toThrow();
  });
});
