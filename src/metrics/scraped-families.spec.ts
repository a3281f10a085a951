import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { ScrapedFamilies } from './scraped-families.js';

describe('scraped families', () => {
  it('show what their source says at each scrape, and nothing of the scrape before', async () => {
    const registry = new Registry();
    const families = new ScrapedFamilies(registry);
    let rows: [string, string, number][] = [['T1', 'learned', 2]];
    let total = 3;
    families.gauge('zones', 'Zones.', () => rows, 'terminal', 'source');
    families.counter('total', 'Total.', () => total);

    expect(await registry.metrics()).toBe(
      '# HELP zones Zones.\n# TYPE zones gauge\nzones{terminal="T1",source="learned"} 2\n\n' +
        '# HELP total Total.\n# TYPE total counter\ntotal 3\n',
    );
    rows = [['T2', 'override', -1]];
    total = 4;
    expect(await registry.metrics()).toBe(
      '# HELP zones Zones.\n# TYPE zones gauge\nzones{terminal="T2",source="override"} -1\n\n' +
        '# HELP total Total.\n# TYPE total counter\ntotal 4\n',
    );
  });
});
