import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DocsGate } from '../http/index.js';
import { ScopeRequiredError } from './access.errors.js';
import { KeyAdmission } from './admission/key-admission.js';
import { presentedKeys } from './credentials/presented-keys.js';

/** Opens the admin documentation to admin keys of any scope. */
@Injectable()
export class AdminDocsGate extends DocsGate {
  constructor(private readonly keys: KeyAdmission) {
    super();
  }

  override async admit(request: FastifyRequest): Promise<void> {
    const { headers } = request;
    const presented = [...presentedKeys(headers, { admin: true }), ...basicPassword(headers.authorization)];
    const { key } = await this.keys.admitAny(presented, request);
    if (key.kind !== 'adm') throw new ScopeRequiredError('this documentation is for admins; use a key of kind adm');
  }
}

/** The password of HTTP Basic; the name before it does not matter. */
function basicPassword(authorization: string | undefined): string[] {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return [];
  const password = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:?/, '')
    .trim();
  return password === '' ? [] : [password];
}
