import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { withoutSharedParts } from '../../tools/openapi/shared-parts.js';

/** One operation of the OpenAPI document, as far as tests use it. */
export interface DocumentedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly parameters: readonly DocumentedParameter[];
  /** An example of the body, where the operation takes one. */
  readonly body: unknown;
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

/** A parameter in the path, the query or a header. */
export interface DocumentedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: { readonly example?: unknown; readonly enum?: readonly string[] };
}

interface DocumentedResponse {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

interface Item {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly DocumentedParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Body>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface Body {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** openapi.json as read from its file. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Item>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Headers that servers and browsers exchange without a word in the document. */
const UNSAID =
  /^(date|connection|keep-alive|content-(type|length|encoding|disposition)|transfer-encoding|cache-control|vary|x-(content-type-options|frame-options|dns-prefetch-control|download-options|permitted-cross-domain-policies|xss-protection)|referrer-policy|origin-agent-cluster|cross-origin-(resource|opener)-policy|content-security-policy)$/;

/** Every operation of a document. */
export function operationsOf(description: ApiDescription): DocumentedOperation[] {
  return Object.entries(withoutSharedParts(description).paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, tags, parameters = [], requestBody, responses }]) => {
      const body = Object.values(requestBody?.content ?? {})[0];
      const example = body?.example ?? Object.values(body?.examples ?? {})[0]?.value;
      return { operationId, method: method.toUpperCase(), path, tag: tags[0]!, parameters, body: example, responses };
    }),
  );
}

/** Holds what a server answers against what the document says it may answer. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(description: ApiDescription) {
    // The package is CommonJS; its plugin is the default export of the default export.
    (formats as unknown as { default: (ajv: Ajv2020) => void }).default(this.ajv);
    this.ajv.addSchema({ $id: 'api', components: description.components });
  }

  /** What the document does not say of this answer; empty when it says all of it. Reads the body. */
  async faults(operation: DocumentedOperation, response: Response): Promise<string[]> {
    const place = `${operation.operationId} ${response.status}`;
    const documented = operation.responses[String(response.status)];
    const text = await response.text();
    if (documented === undefined) return [`${place} is not documented: ${text.slice(0, 200)}`];
    const names = Object.keys(documented.headers ?? {}).map((name) => name.toLowerCase());
    const unsaid = [...response.headers.keys()].filter((name) => !UNSAID.test(name) && !names.includes(name));
    return [
      ...unsaid.map((name) => `${place} has an undocumented header ${name}`),
      ...this.bodyFaults(place, documented, { type: response.headers.get('content-type') ?? '', text }),
    ];
  }

  private bodyFaults(place: string, documented: DocumentedResponse, body: { type: string; text: string }): string[] {
    const mediaType = body.type.split(';')[0]!;
    if (documented.content === undefined) return body.text === '' ? [] : [`${place} has an undocumented body`];
    const content = documented.content[mediaType];
    if (content === undefined)
      return [`${place} is ${mediaType}, documented: ${Object.keys(documented.content).join()}`];
    if (content.schema === undefined || !mediaType.endsWith('json')) return [];
    const validate = this.validator(content.schema);
    if (validate(JSON.parse(body.text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${place}${instancePath} ${message}`);
  }

  private validator(schema: object): ValidateFunction {
    const key = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
    const known = this.validators.get(key) ?? this.ajv.compile(JSON.parse(key) as object);
    this.validators.set(key, known);
    return known;
  }
}
