import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_CONTENT } from '../problems/problem.responses.js';

interface HeaderDocs {
  readonly description: string;
  readonly schema: { readonly type: 'string' | 'integer' };
  readonly example: string | number;
}

const text = (description: string, example: string): HeaderDocs => ({
  description,
  schema: { type: 'string' },
  example,
});
const count = (description: string, example: number): HeaderDocs => ({
  description,
  schema: { type: 'integer' },
  example,
});

/** Headers of our own answers, for callers. */
const HEADERS = {
  'X-Request-Id': text(
    'Id of the request: yours if you sent one, else a new one. Quote it when you ask for help.',
    '4f9c1d2e8a7b6c50',
  ),
  'RateLimit-Policy': text(
    'Every limit of the account (draft-ietf-httpapi-ratelimit-headers-11): q requests in w seconds.',
    '"minute";q=60;w=60',
  ),
  RateLimit: text('What is left of each: r requests, t seconds to the next window.', '"minute";r=57;t=12'),
  'X-RateLimit-Limit': count('Requests a minute.', 60),
  'X-RateLimit-Remaining': count('Requests left in this minute.', 57),
  'X-RateLimit-Reset': count('When the next minute begins, unix seconds.', 1795215612),
  'Retry-After': count('Seconds to wait before the same request may succeed.', 15),
  'WWW-Authenticate': text('How to send a key.', 'Bearer realm="mt5-gateway"'),
  ETag: text(
    'Identifies this state; send it back as `If-None-Match` (market data) or `If-Match` (before a change).',
    '"6f1c0a7be2"',
  ),
  'Cache-Control': text('For how many seconds nothing new can be there.', 'private, max-age=12'),
  Vary: text('What the answer depends on besides the URL.', 'Accept, Accept-Encoding'),
  'X-Data-As-Of': count('Server time of the newest bar used; the same as `metadata.as_of`.', 1795215600),
  'X-Data-Source': text('Where the bars come from; the same as `metadata.source`.', 'terminal'),
  Link: text('The next page, where there is one (rel="next").', '</api/v1/candles/EURUSD/H1?cursor=...>; rel="next"'),
} as const satisfies Readonly<Record<string, HeaderDocs>>;

type HeaderName = keyof typeof HEADERS;

const RATE: readonly HeaderName[] = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];
const VERSION: readonly HeaderName[] = ['ETag'];
const DATA: readonly HeaderName[] = ['ETag', 'Cache-Control', 'Vary', 'X-Data-As-Of', 'X-Data-Source'];

interface Problems {
  readonly examples?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, { headers?: Record<string, object>; readonly content?: Record<string, Problems> }>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Names the headers of every answer; what an operation takes and answers tells which those are. */
export function documentHeaders(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    const isVersioned = METHODS.some((method) => takes(item[method] as Operation | undefined, 'If-Match'));
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (operation === undefined) continue;
      for (const [status, response] of Object.entries(operation.responses)) {
        const names = [...headersOf(operation, status), ...(isVersioned && status.startsWith('2') ? VERSION : [])].map(
          (name) => [name, { $ref: `#/components/headers/${name}` }],
        );
        response.headers = { ...response.headers, ...(Object.fromEntries(names) as Record<string, object>) };
      }
    }
  }
  return { ...document, components: { ...document.components, headers: { ...HEADERS } } };
}

function takes(operation: Operation | undefined, name: string): boolean {
  return (operation?.parameters ?? []).some((parameter) => parameter.name === name);
}

function headersOf(operation: Operation, status: string): readonly HeaderName[] {
  const { responses } = operation;
  const isSuccess = status.startsWith('2') || status === '304';
  const problems = (code: string) => responses[code]?.content?.[PROBLEM_CONTENT]?.examples ?? {};
  const tooMany = problems('429');
  // Another request is under way: the same request may succeed later.
  const isBusy = status === '409' && 'idempotency-conflict' in problems(status);
  const isCounted = 'concurrency-exceeded' in tooMany;
  const isData = '304' in responses;
  return [
    'X-Request-Id',
    // Sent with every answer to a request whose key is known.
    ...(isCounted && status !== '401' ? RATE : []),
    ...(isData && isSuccess ? DATA : []),
    ...(isSuccess && takes(operation, 'cursor') && isData ? (['Link'] as const) : []),
    ...(status === '401' ? (['WWW-Authenticate'] as const) : []),
    ...(['429', '503', '504'].includes(status) || isBusy ? (['Retry-After'] as const) : []),
  ];
}
