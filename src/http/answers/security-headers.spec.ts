import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import helmet, { type HelmetOptions } from 'helmet';
import { securityHeaders } from './security-headers.js';

const OPTIONS: HelmetOptions = { frameguard: { action: 'deny' }, strictTransportSecurity: false };

/** The headers of a response of Node that helmet has worked on. */
function headersOfHelmet(directives: Record<string, string[]>): Record<string, unknown> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({ ...OPTIONS, contentSecurityPolicy: { useDefaults: false, directives } })(request, response, (error) => {
    if (error !== undefined) throw error as Error;
  });
  return { ...response.getHeaders() };
}

describe('security headers', () => {
  it('are those of helmet for answers of the API, which may load nothing', () => {
    expect(securityHeaders('/api/v1/docs')).toEqual(
      headersOfHelmet({ defaultSrc: ["'none'"], frameAncestors: ["'none'"] }),
    );
  });

  it.each(['/docs', '/docs/admin'])(
    'are those of helmet for Swagger UI under %s, which loads its own files',
    (path) => {
      expect(securityHeaders(path)).toEqual(
        headersOfHelmet({
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        }),
      );
    },
  );
});
