import type { OpenAPIObject } from '@nestjs/swagger';
import { ADMIN_TAG } from '../routes/area.js';
import { ADMIN_KEY_SCHEME, API_KEY_SCHEME } from '../routes/route.decorators.js';
import { usedComponents } from './components.js';

const ADMIN_DESCRIPTION =
  'Accounts, keys, tiers, usage, the audit trail and the terminals. Send an admin key as `X-Admin-API-Key` (use ' +
  '*Authorize*); each route says which scope the key needs. Every write leaves a row in the audit trail, and may carry an ' +
  '`Idempotency-Key`, so that sending it twice does it once. Times are ISO 8601 in UTC. Every error is a problem ' +
  'document (RFC 9457) with a stable `code`. The same routes exist without `/v1`.';

type Paths = OpenAPIObject['paths'];

/** The part of the whole document that customers need: every route but those of admins. */
export function customerDocument(whole: OpenAPIObject): OpenAPIObject {
  return selection(whole, {
    title: whole.info.title,
    description: whole.info.description ?? '',
    isWanted: (tag) => !tag.startsWith(ADMIN_TAG),
    lacks: ADMIN_KEY_SCHEME,
  });
}

/** The part that admins need: their own routes, health and metrics, and what the error codes mean. */
export function adminDocument(whole: OpenAPIObject): OpenAPIObject {
  const shared = ['Operations', 'Problems'];
  const isWanted = (tag: string) => tag.startsWith(ADMIN_TAG) || shared.includes(tag);
  return selection(whole, {
    title: `${whole.info.title} admin`,
    description: ADMIN_DESCRIPTION,
    isWanted,
    lacks: API_KEY_SCHEME,
  });
}

interface Choice {
  readonly title: string;
  readonly description: string;
  readonly isWanted: (tag: string) => boolean;
  /** The security scheme of the other document. */
  readonly lacks: string;
}

function selection(whole: OpenAPIObject, { title, description, isWanted, lacks }: Choice): OpenAPIObject {
  const paths: Paths = Object.fromEntries(
    Object.entries(whole.paths)
      .map(([path, item]) => [path, Object.fromEntries(Object.entries(item).filter(isOfTag(isWanted)))] as const)
      .filter(([, item]) => Object.keys(item).length > 0),
  );
  const { [lacks]: _absent, ...securitySchemes } = whole.components?.securitySchemes ?? {};
  return {
    ...whole,
    info: { ...whole.info, title, description },
    tags: (whole.tags ?? []).filter(({ name }) => isWanted(name)),
    paths,
    components: usedComponents({ ...whole.components, securitySchemes }, paths),
  };
}

function isOfTag(isWanted: (tag: string) => boolean): (entry: [string, unknown]) => boolean {
  return ([, operation]) => ((operation as { tags?: string[] }).tags ?? []).some(isWanted);
}
