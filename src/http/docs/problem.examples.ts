import type { ErrorCode } from '../../kernel/index.js';
import { problemSpec } from '../problems/problem.catalog.js';
import { problemDocument, type ProblemParts } from '../problems/problem.document.js';

/** The operation that an example of an error is for. */
export interface ExampleRoute {
  readonly path: string;
  readonly parameters: readonly ExampleParameter[];
  readonly hasBody: boolean;
}

/** A documented parameter, as far as examples need it. */
export interface ExampleParameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: { readonly example?: unknown; readonly minimum?: number; readonly maximum?: number };
}

type Example = Pick<ProblemParts, 'detail' | 'members' | 'retryAfterSeconds'>;

/** What each code says where it does not depend on the route: the sentences that callers really get. */
const TEXTS: Partial<Record<ErrorCode, Example>> = {
  'key-in-query': {
    detail: 'send the API key as a header, never in the query string: URLs end up in logs; replace this key',
  },
  'key-missing': { detail: 'this route needs an API key: send it as X-API-Key or as Authorization: Bearer' },
  'key-invalid': { detail: 'the API key is not valid; check that it was copied completely, and send only one' },
  'key-expired': { detail: 'the API key has expired; ask for a new one' },
  'key-not-yet-valid': { detail: 'the API key is not valid yet' },
  'key-revoked': { detail: 'the API key was revoked; ask for a new one' },
  'account-suspended': { detail: 'the account of this API key is suspended; ask its operator' },
  'address-not-allowed': {
    detail: 'this API key may not be used from this address; ask its operator to allow the address',
  },
  'idempotency-conflict': {
    detail: 'this Idempotency-Key was sent with a different request; use a new one for a new request',
  },
  'unsupported-media-type': { detail: 'send the body as application/json' },
  'payload-too-large': { detail: 'the body is larger than 100 kB' },
  'quota-exceeded': {
    detail: 'the limit of 60 requests per minute is used up; wait 59 seconds',
    members: { violated_policies: ['minute'] },
    retryAfterSeconds: 59,
  },
  'concurrency-exceeded': {
    detail: 'the account already has 2 requests open, as many as it may have at once; wait for an answer',
    members: { violated_policies: ['concurrency'] },
    retryAfterSeconds: 1,
  },
  'symbol-not-found': {
    detail: "there is no symbol 'EURUSDD'; did you mean EURUSD?",
    members: { suggestions: ['EURUSD'] },
  },
  'timeframe-not-supported': {
    detail: "there is no timeframe 'H3'; supported: M5, M15, M30, H1, H2, H4, H8, H12, D1",
    members: { supported: ['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1'] },
  },
  'terminal-disconnected': {
    detail: 'MT5 terminal for EURUSD is currently disconnected',
    members: { terminal_id: 'MT5_05' },
    retryAfterSeconds: 15,
  },
};

/** What the path of an example has instead of the documented parameter. */
const IN_PATH: Partial<Record<ErrorCode, Readonly<Record<string, string>>>> = {
  'tier-required': { symbol: 'AUDJPY' },
  'symbol-not-found': { symbol: 'EURUSDD' },
  'timeframe-not-supported': { timeframe: 'H3' },
};

/** The same for things that are not there. */
const MISSING: Readonly<Record<string, string>> = {
  terminals: 'MT5_99',
  'symbol-mappings': 'MT5_99',
  operations: 'op_0000000000000000',
  accounts: '0'.repeat(26),
  keys: '0000000000',
  tiers: 'GOLD',
  audit: '999999999',
  problems: 'no-such-code',
};

/** Kind of a thing where it is not the path's word without its s. */
const KIND_OF: Readonly<Record<string, string>> = { audit: 'audit-event' };

/** Scope of the admin routes that do not begin with its name. */
const AREA_OF: Readonly<Record<string, string>> = { 'symbol-mappings': 'terminals', operations: 'terminals' };

/** One true example of an error, as this route would answer it. */
export function problemExample(code: ErrorCode, route: ExampleRoute): object {
  const example = byRoute(code, route) ?? TEXTS[code] ?? { detail: problemSpec(code).description };
  return problemDocument({ code, ...example, instance: instanceOf(code, route), requestId: '4f9c1d2e8a7b6c50' });
}

function instanceOf(code: ErrorCode, { path, parameters }: ExampleRoute): string {
  const filled = path.split('/').map((segment, index, segments) => {
    if (!segment.startsWith('{')) return segment;
    const name = segment.slice(1, -1);
    const documented = parameters.find((parameter) => parameter.name === name)?.schema?.example;
    const missing = code === 'not-found' ? MISSING[segments[index - 1] ?? ''] : undefined;
    return missing ?? IN_PATH[code]?.[name] ?? String(documented);
  });
  return filled.join('/');
}

function byRoute(code: ErrorCode, route: ExampleRoute): Example | undefined {
  if (code === 'invalid-parameter') return faulty(...invalidParameter(route));
  if (code === 'unknown-parameter') return faulty('colour', unknownParameter(route));
  if (code === 'tier-required') return tierRequired(route);
  if (code === 'scope-required') {
    if (!route.path.includes('/admin/'))
      return { detail: 'admin keys cannot read market data; use a key of kind live' };
    const area = /\/admin\/([\w-]+)/.exec(route.path)?.[1] ?? '';
    const scope = AREA_OF[area] ?? area;
    return { detail: 'this route needs a key of kind adm', members: { required_scope: scope } };
  }
  if (code === 'not-found') return notFound(route);
  if (code === 'precondition-failed') return stale(route) ?? ofTerminals(code, route);
  return ofTerminals(code, route);
}

/** What the routes of accounts and keys say to who was not the first. */
function stale({ path }: ExampleRoute): Example | undefined {
  if (path.includes('/keys/')) {
    const id = 'jXmGXMMoGj';
    return {
      detail: `key ${id} was rotated to q3VtY8nLwB already; make a new key instead`,
      members: { kind: 'key', id },
    };
  }
  if (!path.includes('/accounts/')) return undefined;
  const id = '01M7Z0HZM5T9M3ZSVHT2XANG17';
  return {
    detail: `account ${id} is at version 3, not 2: read it again and repeat the change`,
    members: { kind: 'account', id, version: 3 },
  };
}

/** What only the admin routes of terminals say. */
function ofTerminals(code: ErrorCode, { path }: ExampleRoute): Example | undefined {
  if (code === 'idempotency-conflict' && path.endsWith('/restart-all')) {
    const id = 'op_5f0c9d2e8a7b6c51';
    return {
      detail: `the rolling restart ${id} is under way; start the next one when it is over, or cancel it`,
      members: { operation_id: id },
      retryAfterSeconds: 30,
    };
  }
  if (!path.includes('/symbol-mappings/')) return undefined;
  if (code === 'symbol-not-found') {
    const detail = "terminal MT5_05 is not configured for the symbol 'EURUSDD'";
    return { detail, members: { suggestions: ['EURUSD'] } };
  }
  if (code !== 'precondition-failed') return undefined;
  const id = 'MT5_05/EURUSD';
  return {
    detail: `symbol-mapping ${id} is at version 3, not 2: read it again and repeat the change`,
    members: { kind: 'symbol-mapping', id, version: 3 },
  };
}

function faulty(parameter: string, message: string): Example {
  return { detail: `${parameter} ${message}`, members: { errors: [{ parameter, message }] } };
}

function invalidParameter({ parameters, hasBody }: ExampleRoute): readonly [string, string] {
  const ranged = parameters.find(({ schema }) => schema?.maximum !== undefined);
  if (ranged !== undefined)
    return [ranged.name, `must be between ${ranged.schema?.minimum} and ${ranged.schema?.maximum}`];
  if (parameters.some(({ name }) => name === 'X-User-Tier')) return ['X-User-Tier', 'must be FREE or PRO'];
  return ['body', hasBody ? 'must be a JSON object' : 'is not valid JSON'];
}

function unknownParameter({ parameters }: ExampleRoute): string {
  const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  return known.length === 0 ? 'is unknown; this route takes no parameters' : `is unknown; known: ${known.join(', ')}`;
}

function tierRequired({ path }: ExampleRoute): Example {
  const detail = path.includes('{symbol}')
    ? 'FREE tier cannot access AUDJPY'
    : "the key's tier is FREE; X-User-Tier may only lower it, not raise it to PRO";
  const members = {
    required_tier: 'PRO',
    tier: 'FREE',
    accessible_symbols: ['BTCUSD', 'EURUSD', 'USDJPY', 'US30', 'XAUUSD'],
    accessible_timeframes: ['H1', 'H4', 'D1'],
    upgrade_required: true,
  };
  return { detail, members };
}

function notFound({ path }: ExampleRoute): Example {
  const [parent = '', id] = Object.entries(MISSING).find(([name]) => path.includes(`/${name}/`)) ?? [];
  if (parent === 'terminals' || parent === 'symbol-mappings') {
    const detail = `no terminal '${id}' is configured in config/terminals.json`;
    return { detail, members: { kind: 'terminal', id, suggestions: [] } };
  }
  if (parent === 'operations') {
    const detail = `there is no operation '${id}'; the newest are remembered until the gateway stops, and one that was running then is gone`;
    return { detail, members: { kind: 'operation', id } };
  }
  // A key may be made for an account that is not there; its id comes in the body.
  const thing =
    id === undefined ? { kind: 'account', id: '0'.repeat(26) } : { kind: KIND_OF[parent] ?? parent.slice(0, -1), id };
  return { detail: `there is no ${thing.kind} '${thing.id}'`, members: thing };
}
