import type { IncomingHttpHeaders } from 'node:http';
import type { RawQuery } from '../../http/index.js';
import { KeyInQueryError } from './keys.errors.js';
import { KEY_PREFIX } from './api-key.js';

/** Query parameters that people put keys into. */
const KEY_PARAMETERS: readonly string[] = ['api_key', 'apikey', 'key', 'token', 'access_token'];

/** Everything in the headers that is meant as an API key. `X-Admin-API-Key` counts on admin routes only. */
export function presentedKeys(headers: IncomingHttpHeaders, options: { readonly admin: boolean }): string[] {
  const bearer = /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1];
  const candidates = [headers['x-api-key'], bearer, options.admin ? headers['x-admin-api-key'] : undefined];
  // A header that was repeated is one value with commas, which is no key, and is refused as such.
  return candidates
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** @throws KeyInQueryError when a query carries a key, or a parameter that is named like one */
export function refuseKeyInQuery(query: RawQuery): void {
  for (const [name, value] of Object.entries(query)) {
    const texts = [name, ...(typeof value === 'string' ? [value] : (value ?? []))];
    const named = KEY_PARAMETERS.includes(name.toLowerCase());
    if (named || texts.some((text) => text.startsWith(KEY_PREFIX))) throw new KeyInQueryError();
  }
}
