/** What one text may be. */
export interface ParameterSchema {
  readonly type: 'integer' | 'string';
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: string[];
  readonly default?: number | string;
}

/** One query parameter as the OpenAPI document shows it. */
export interface QueryParameter {
  readonly name: string;
  readonly schema: ParameterSchema | { readonly oneOf: ParameterSchema[] };
  readonly description: string;
  readonly example: number | string | boolean;
}

const PARAMETERS = Symbol('query-parameters');

/** The list that a query class's own decorators fill; parameters of a parent class are copied into it first. */
export function parametersOf(queryClass: object): QueryParameter[] {
  if (!Reflect.hasOwnMetadata(PARAMETERS, queryClass)) {
    const inherited = (Reflect.getMetadata(PARAMETERS, queryClass) ?? []) as QueryParameter[];
    Reflect.defineMetadata(PARAMETERS, [...inherited], queryClass);
  }
  return Reflect.getOwnMetadata(PARAMETERS, queryClass) as QueryParameter[];
}
