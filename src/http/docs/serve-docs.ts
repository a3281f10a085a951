import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DocsAccess, ServerSettings } from '../../config/index.js';
import { adminDocument, customerDocument } from './api-documents.js';
import { DocsGate } from './docs-gate.js';
import { ADMIN_DOCS_PATH, DOCS_PATH, isAdminDocs, isCustomerDocs } from '../docs-path.js';
import { buildOpenApi } from './openapi.js';
import { describeError } from '../problems/problem.document.js';
import { sendProblem } from '../problems/problem.sender.js';
import { routedPathOf } from '../server/routed-path.js';

/** Makes a browser prompt for an admin key as the password of any user name. */
const CHALLENGE = 'Basic realm="mt5-gateway: any name, and an admin key as the password", charset="UTF-8"';

type DocsSettings = Pick<ServerSettings, 'docsAccess' | 'adminDocsAccess'>;

/** Serves Swagger UI for customers and for admins, each with its own document, from local files. */
export function serveDocs(app: INestApplication, { docsAccess, adminDocsAccess }: DocsSettings): void {
  guard(app, (path) => (isAdminDocs(path) ? adminDocsAccess : isCustomerDocs(path) ? docsAccess : 'open'));
  // The documents are built once, at the first request.
  let whole: OpenAPIObject | undefined;
  const document = () => (whole ??= buildOpenApi(app));
  // The longer path first: the shorter one's files would answer for it.
  if (adminDocsAccess !== 'off') {
    setup(app, ADMIN_DOCS_PATH, {
      title: 'mt5-gateway admin',
      keepsKey: false,
      document: () => adminDocument(document()),
    });
  }
  if (docsAccess !== 'off') {
    setup(app, DOCS_PATH, { title: 'mt5-gateway', keepsKey: true, document: () => customerDocument(document()) });
  }
}

interface Page {
  readonly title: string;
  /** Whether the browser may remember the key. */
  readonly keepsKey: boolean;
  readonly document: () => OpenAPIObject;
}

function setup(app: INestApplication, path: string, { title, keepsKey, document }: Page): void {
  SwaggerModule.setup(path, app, document, {
    customSiteTitle: title,
    raw: ['json'],
    swaggerOptions: {
      persistAuthorization: keepsKey,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      defaultModelsExpandDepth: 0,
    },
  });
}

function guard(app: INestApplication, accessOf: (path: string) => DocsAccess): void {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (accessOf(routedPathOf(request)) !== 'key') return;
    try {
      await app.get(DocsGate, { strict: false }).admit(request);
    } catch (error) {
      sendProblem(request, reply, { ...describeError(error), headers: { 'www-authenticate': CHALLENGE } });
      await reply;
    }
  });
}
