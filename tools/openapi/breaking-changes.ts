import { withoutSharedParts } from './shared-parts.js';

/**
 * What of a new OpenAPI document would break a client written for the old one. Pure; local references are followed.
 *
 * Not breaking, and so never reported: new routes, new optional parameters and members, new members and new error codes
 * in answers, new values of an enumeration in answers, other words.
 */

/** A JSON schema, as far as the comparison looks into it. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}

/** An OpenAPI document, as far as the comparison looks into it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/** One sentence for each change of `after` that would break a client of `before`. */
export function breakingChanges(before: ApiDocument, after: ApiDocument): string[] {
  const comparison = new Comparison(before, after);
  const { paths } = withoutSharedParts(after);
  for (const [path, item] of Object.entries(withoutSharedParts(before).paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const place = `${method.toUpperCase()} ${path}`;
      const now = paths[path]?.[method];
      if (now === undefined) comparison.say(`${place} is gone`);
      else comparison.operation(place, { before: operation as Operation, after: now as Operation });
    }
  }
  return comparison.changes;
}

const LOWER_BOUNDS = ['minimum', 'minLength'] as const;
const UPPER_BOUNDS = ['maximum', 'maxLength', 'maxItems'] as const;

class Comparison {
  readonly changes: string[] = [];
  /** Pairs of schemas under comparison: a schema may contain itself. */
  private readonly open = new Set<string>();

  constructor(
    private readonly old: ApiDocument,
    private readonly current: ApiDocument,
  ) {}

  say(change: string): void {
    if (!this.changes.includes(change)) this.changes.push(change);
  }

  operation(place: string, { before, after }: Pair<Operation>): void {
    if (before.operationId !== after.operationId) {
      this.say(`${place} is called ${after.operationId} instead of ${before.operationId}`);
    }
    this.parameters(place, { before: before.parameters ?? [], after: after.parameters ?? [] });
    if (after.requestBody?.required === true && before.requestBody?.required !== true) {
      this.say(`${place} needs a body now`);
    }
    this.content(`${place} body`, { before: before.requestBody?.content, after: after.requestBody?.content }, 'sent');
    for (const [status, response] of Object.entries(before.responses ?? {})) {
      const now = after.responses?.[status];
      if (!status.startsWith('2')) continue;
      if (now === undefined) this.say(`${place} no longer answers ${status}`);
      else this.content(`${place} ${status}`, { before: response.content, after: now.content }, 'received');
    }
  }

  private parameters(place: string, { before, after }: Pair<readonly Parameter[]>): void {
    const find = (all: readonly Parameter[], wanted: Parameter) =>
      all.find((one) => one.name === wanted.name && one.in === wanted.in);
    for (const parameter of before) {
      const now = find(after, parameter);
      if (now === undefined) this.say(`${place} no longer takes ${parameter.in} parameter ${parameter.name}`);
      else
        this.schema(`${place} ${parameter.name}`, { before: parameter.schema ?? {}, after: now.schema ?? {} }, 'sent');
    }
    for (const parameter of after) {
      if (parameter.required === true && find(before, parameter)?.required !== true) {
        this.say(`${place} needs ${parameter.in} parameter ${parameter.name} now`);
      }
    }
  }

  private content(place: string, { before = {}, after = {} }: Pair<Content | undefined>, way: Way): void {
    for (const [mediaType, { schema = {} }] of Object.entries(before)) {
      const now = after[mediaType];
      if (now === undefined) this.say(`${place} is no longer ${mediaType}`);
      else this.schema(place, { before: schema, after: now.schema ?? {} }, way);
    }
  }

  private schema(place: string, pair: Pair<Schema>, way: Way): void {
    const id = `${JSON.stringify(pair.before)} ${JSON.stringify(pair.after)} ${way}`;
    if (this.open.has(id)) return;
    this.open.add(id);
    const before = resolve(this.old, pair.before);
    const after = resolve(this.current, pair.after);
    this.types(place, { before, after }, way);
    if (way === 'sent') this.narrowed(place, { before, after });
    this.members(place, { before, after }, way);
    if (before.items !== undefined && after.items !== undefined) {
      this.schema(`${place}[]`, { before: before.items, after: after.items }, way);
    }
    this.open.delete(id);
  }

  private types(place: string, { before, after }: Pair<Schema>, way: Way): void {
    const [narrow, wide] = way === 'sent' ? [before, after] : [after, before];
    const allowed = typesOf(wide);
    const surplus = typesOf(narrow).filter(
      (type) => !allowed.includes(type) && !(type === 'integer' && allowed.includes('number')),
    );
    if (allowed.length > 0 && surplus.length > 0) {
      this.say(`${place} is ${typesOf(after).join(' or ')} instead of ${typesOf(before).join(' or ')}`);
    }
  }

  private narrowed(place: string, { before, after }: Pair<Schema>): void {
    const refused = (before.enum ?? []).filter((value) => after.enum !== undefined && !after.enum.includes(value));
    for (const value of refused) this.say(`${place} no longer takes ${String(value)}`);
    if (before.enum === undefined && after.enum !== undefined)
      this.say(`${place} takes only ${after.enum.join(', ')} now`);
    for (const bound of LOWER_BOUNDS) {
      if ((after[bound] ?? -Infinity) > (before[bound] ?? -Infinity)) this.say(`${place} has a higher ${bound}`);
    }
    for (const bound of UPPER_BOUNDS) {
      if ((after[bound] ?? Infinity) < (before[bound] ?? Infinity)) this.say(`${place} has a lower ${bound}`);
    }
  }

  private members(place: string, { before, after }: Pair<Schema>, way: Way): void {
    for (const [name, member] of Object.entries(before.properties ?? {})) {
      const now = after.properties?.[name];
      if (now === undefined) this.say(`${place}.${name} is gone`);
      else this.schema(`${place}.${name}`, { before: member, after: now }, way);
    }
    const [needed, had] = way === 'sent' ? [after, before] : [before, after];
    for (const name of needed.required ?? []) {
      if (had.required?.includes(name) === true || after.properties?.[name] === undefined) continue;
      this.say(way === 'sent' ? `${place}.${name} must be sent now` : `${place}.${name} may be missing now`);
    }
  }
}

/** Whether a schema is for what clients send or for what they receive. */
type Way = 'sent' | 'received';

function resolve(document: ApiDocument, schema: Schema): Schema {
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  if (reference === undefined) return schema;
  return document.components?.schemas?.[reference.replace('#/components/schemas/', '')] ?? {};
}

function typesOf({ type }: Schema): readonly string[] {
  if (type === undefined) return [];
  return typeof type === 'string' ? [type] : type;
}
