import { Controller } from '@nestjs/common';

/** Base paths of the API; the one without a version is an alias for clients of the original service. */
const BASES = ['api/v1', 'api'] as const;

/** A controller under both base paths: `@ApiController('indicators')` serves /api/v1/indicators and /api/indicators. */
export function ApiController(path: string): ClassDecorator {
  return Controller(BASES.map((base) => `${base}/${path}`));
}
