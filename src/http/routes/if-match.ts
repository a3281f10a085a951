import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InvalidParameterError, PreconditionFailedError } from '../problems/http.errors.js';
import { ProblemResponses } from '../problems/problem.responses.js';
import { documented } from './documented-parameter.js';

const HEADER = 'If-Match';
/** A tag of `versionEtag`; some proxies weaken the tags of what they compress. */
const TAG = /^(?:W\/)?"v([1-9][0-9]{0,9})"$/;

/** The version that an If-Match header names; undefined without one, or with `*`. @throws invalid-parameter */
export function versionOfIfMatch(header: string | undefined): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '*') return undefined;
  const version = TAG.exec(text)?.[1];
  if (version === undefined)
    throw InvalidParameterError.of(HEADER, 'must be * or one ETag of this resource, e.g. "v3"');
  return Number(version);
}

/** @throws PreconditionFailedError when the caller knows another version of the thing than the current one */
export function assertVersion(
  expected: number | undefined,
  current: { readonly kind: string; readonly id: string; readonly version: number },
): void {
  if (expected === undefined || expected === current.version) return;
  throw PreconditionFailedError.changed(current.kind, current.id, [expected, current.version]);
}

const Version = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  versionOfIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

/** Handler parameter: the version that the caller wants to change, a number, or undefined for any version. */
export function IfMatch(): ParameterDecorator {
  return documented(
    Version(),
    ApiHeader({
      name: HEADER,
      required: false,
      description: 'The `ETag` of what you read: the change is refused if the thing has changed since. Example: `"v3"`',
      schema: { type: 'string' },
    }),
    ProblemResponses('invalid-parameter', 'precondition-failed'),
  );
}
