/** A part of an OpenAPI document, or of a schema in it. */
interface Part {
  readonly [member: string]: unknown;
}

interface Parameter extends Part {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Part;
}

type Content = Readonly<Record<string, { readonly schema?: Part; readonly examples?: Part }>>;

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security?: readonly Part[];
  readonly parameters?: readonly Part[];
  readonly requestBody?: Part & { readonly required?: boolean; readonly content?: Content };
  readonly responses: Readonly<Record<string, Part>>;
}

const PROBLEM = 'application/problem+json';
/** Members of a schema that only explain, and those that the outline writes in another form. */
const TOLD_APART = ['title', 'description', 'example', 'examples', 'type', 'properties', 'required'];

/**
 * What clients of an API depend on, as text: operations, parameters, bodies, statuses, headers, error codes and the
 * shape of every schema, without words and examples. References are resolved and everything is sorted, so that only a
 * change of the API changes the outline. Schemas must not contain themselves.
 */
export function apiOutline(document: { readonly paths: Readonly<Record<string, object>> }): string {
  const outline = new Outline(document);
  const operations = sorted(document.paths).flatMap(([path, item]) =>
    sorted(item as Readonly<Record<string, Operation>>).flatMap(([method, operation]) =>
      outline.operation(method, path, operation),
    ),
  );
  return [...operations, ...outline.problems].join('\n');
}

class Outline {
  /** The shape of error answers, once for all of them as long as they share it. */
  readonly problems = new Set<string>();

  constructor(private readonly document: object) {}

  operation(method: string, path: string, operation: Operation): string[] {
    const { operationId, tags, security = [], parameters = [], requestBody, responses } = operation;
    const keys = security.flatMap((alternative) => Object.keys(alternative)).sort(compare);
    return [
      `${method.toUpperCase()} ${path} ${operationId} (${[...tags, ...keys].join(', ')})`,
      ...parameters
        .map((parameter) => this.resolve(parameter) as Parameter)
        .sort((a, b) => compare(`${a.in} ${a.name}`, `${b.in} ${b.name}`))
        .flatMap((parameter) => this.schema(`  ${parameter.in} ${nameOf(parameter)}`, parameter.schema)),
      ...(requestBody === undefined ? [] : this.body(requestBody)),
      ...sorted(responses).flatMap(([status, response]) => this.response(status, this.resolve(response))),
    ];
  }

  private body(part: Part): string[] {
    const { required = false, content = {} } = this.resolve(part) as NonNullable<Operation['requestBody']>;
    return sorted(content).flatMap(([type, { schema = {} }]) =>
      this.schema(`  body${required ? '' : '?'} ${type}`, schema),
    );
  }

  private response(status: string, { headers = {}, content = {} }: Part): string[] {
    const { [PROBLEM]: problem, ...rest } = content as Content;
    if (problem?.schema !== undefined) this.problems.add(this.schema(PROBLEM, problem.schema).join('\n'));
    const codes = Object.keys(problem?.examples ?? {}).sort(compare);
    const names = Object.keys(headers as object).sort(compare);
    return [
      `  ${[status, ...codes].join(' ')} [${names.join(', ')}]`,
      ...sorted(rest).flatMap(([type, { schema = {} }]) => this.schema(`    ${type}`, schema)),
    ];
  }

  /** The schema under `label`, its members and alternatives below, each level further in. */
  private schema(label: string, part: Part): string[] {
    const schema = this.resolve(part);
    const indent = `${/^ */.exec(label)?.[0]}  `;
    const { properties = {}, required = [] } = schema as { properties?: Record<string, Part>; required?: string[] };
    const others = sorted(schema).filter(([name]) => !TOLD_APART.includes(name));
    const parts = others.filter(([, value]) => isSchema(value));
    const rules = others.filter(([, value]) => !isSchema(value));
    const { type = [] } = schema as { type?: string | readonly string[] };
    const types = [type].flat().toSorted(compare).join('|');
    return [
      [`${label}:`, types, ...rules.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ').trimEnd(),
      ...sorted(properties).flatMap(([name, member]) =>
        this.schema(`${indent}.${name}${required.includes(name) ? '' : '?'}`, member),
      ),
      ...parts.flatMap(([name, value]) =>
        [value as Part | Part[]].flat().flatMap((inner) => this.schema(`${indent}${name}`, inner)),
      ),
    ];
  }

  /** What a reference, or the only part of an `allOf`, leads to; members beside it win. */
  private resolve(part: Part): Part {
    const { $ref, allOf, ...own } = part as { $ref?: string; allOf?: readonly Part[] };
    if (allOf?.length === 1) return { ...this.resolve(allOf[0]!), ...own };
    if ($ref === undefined) return part;
    const target = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((place, name) => (place as Part | undefined)?.[name], this.document);
    if (target === undefined) throw new Error(`nothing is at ${$ref}`);
    return { ...this.resolve(target as Part), ...own };
  }
}

/** Whether the value of a schema's member is another schema or a list of them, as in `items`, `anyOf` and `not`. */
function isSchema(value: unknown): boolean {
  const list = [value].flat();
  return list.length > 0 && list.every((entry) => typeof entry === 'object' && entry !== null && isTyped(entry));
}

function isTyped(entry: object): boolean {
  return ['type', '$ref', 'allOf', 'anyOf', 'oneOf', 'enum'].some((name) => name in entry);
}

function nameOf({ name, required = false }: Parameter): string {
  return required ? name : `${name}?`;
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
