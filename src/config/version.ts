import { readFileSync } from 'node:fs';

/** Paths of package.json, seen from the sources and from the build. */
const PLACES = ['../../package.json', '../../../package.json'];

function readVersion(): string {
  for (const place of PLACES) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as Record<string, unknown>;
      if (manifest['name'] === 'mt5-gateway' && typeof manifest['version'] === 'string') return manifest['version'];
    } catch {
      // Missing here; the other path has it.
    }
  }
  return '0.0.0';
}

/** Version of this gateway, without a leading `v`. */
export const GATEWAY_VERSION = readVersion();
