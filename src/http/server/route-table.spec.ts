import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

describe('RouteTable', () => {
  const table = new RouteTable();
  table.add('/api/v1/keys', ['GET', 'HEAD']);
  table.add('/api/v1/keys', ['POST']);
  table.add('/api/v1/keys/:id', ['DELETE']);
  table.add('/api/v1/keys/special', ['GET']);
  table.add('/docs/*', ['GET']);

  it.each([
    ['/api/v1/keys', ['GET', 'HEAD', 'POST']],
    ['/api/v1/keys/7', ['DELETE']],
    ['/api/v1/keys/special', ['DELETE', 'GET']],
    ['/api/v1/keys/7/more', []],
    ['/api/v1', []],
    ['/api/v1/keys/', ['DELETE']],
    ['/docs/a/b.css', ['GET']],
    ['/docs', []],
    ['', []],
    ['*', []],
  ])('knows the methods of %s', (path, methods) => {
    expect(table.methodsFor(path)).toEqual(methods);
  });
});
