import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentHeaders } from './header-docs.js';
import { shareParts } from './shared-parts.js';
import { successExample } from './success.examples.js';
import { adminAreas } from '../routes/area.js';
import { ADMIN_KEY_SCHEME, API_KEY_SCHEME, BEARER_SCHEME } from '../routes/route.decorators.js';
import { GATEWAY_VERSION } from '../../config/index.js';

const DESCRIPTION =
  'Candles, fractals and lines of MetaTrader 5 terminals. Times are unix seconds of the broker’s server time, prices ' +
  'are unrounded doubles. Send your key as `X-API-Key` (use *Authorize*). Every error is a problem document (RFC 9457) ' +
  'with a stable `code`; every answer carries `X-Request-Id`, every counted one the rate limit headers. Market data come ' +
  'compressed with gzip or brotli where `Accept-Encoding` allows it. The same routes exist without `/v1`.';

/** The tags that are no admin areas; every operation has exactly one tag. */
const TAGS = {
  'Market data':
    'Candles, and candles with fractals and lines. These answers count against the limits of your account.',
  Symbols: 'What your tier may use, and what is known of a symbol.',
  Account: 'Who you are and what you may do.',
  Operations: 'Health and metrics, for supervisors, dashboards and Prometheus. No key needed.',
  Problems: 'What the error codes mean. No key needed.',
};

/** The aliases without a version are the same routes; documented once. */
function withoutAliases(document: OpenAPIObject): OpenAPIObject {
  const isAlias = (path: string) => /^\/api\/(?!v1\/)/.test(path) && `/api/v1/${path.slice(5)}` in document.paths;
  return {
    ...document,
    paths: Object.fromEntries(Object.entries(document.paths).filter(([path]) => !isAlias(path))),
  };
}

/** An operation, as far as it is finished here. */
interface Operation {
  readonly parameters?: { readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, AnswerContent>> }>>;
}

interface AnswerContent {
  readonly schema?: object;
  example?: unknown;
}

const PLACES = ['path', 'query', 'header', 'cookie'];

/** What decorators cannot know: the order of all parameters, and the examples of the schemas. */
function finished(document: OpenAPIObject): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const { parameters, responses } of Object.values(item) as Operation[]) {
      parameters?.sort((a, b) => PLACES.indexOf(a.in) - PLACES.indexOf(b.in));
      for (const { content } of Object.values(responses)) {
        const json = content?.['application/json'];
        if (json?.schema !== undefined) json.example = successExample(document, json.schema, json.example);
      }
    }
  }
  return document;
}

/** The OpenAPI 3.1 document of all routes of the application. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('mt5-gateway')
    .setDescription(DESCRIPTION)
    .setVersion(GATEWAY_VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This gateway')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'Your key: mt5g_live_…' },
      API_KEY_SCHEME,
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-Admin-API-Key', description: 'An admin key: mt5g_adm_…' },
      ADMIN_KEY_SCHEME,
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'API key', description: 'The same key as a bearer token.' },
      BEARER_SCHEME,
    );
  const { Operations, Problems, ...ofCustomers } = TAGS;
  for (const [name, description] of Object.entries(ofCustomers)) builder.addTag(name, description);
  for (const { tag, description } of adminAreas()) builder.addTag(tag, description);
  builder.addTag('Operations', Operations).addTag('Problems', Problems);
  const operationIdFactory = (_controller: string, method: string) => method;
  const options = { operationIdFactory, autoTagControllers: false };
  const document = withoutAliases(SwaggerModule.createDocument(app, builder.build(), options));
  return shareParts(documentHeaders(finished(document)));
}
