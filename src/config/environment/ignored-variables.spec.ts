import { describe, expect, it } from '@jest/globals';
import { ignoredVariables } from './ignored-variables.js';

const KNOWN = ['DATABASE_URL', 'DB_POOL_SIZE', 'HOST', 'PORT', 'MT5_LOGIN'];

describe('ignoredVariables', () => {
  it('names the settings of other services with what to use instead', () => {
    const said = ignoredVariables({ DB_PREPARE_THRESHOLD: 'hunter2', POOL_MODE: 'x' }, KNOWN);
    expect(said).toEqual([
      'DB_PREPARE_THRESHOLD is ignored: not needed, because the gateway names no statement; remove it',
      'POOL_MODE is ignored: a setting of PgBouncer itself; it belongs into docker/pgbouncer, see docs/database.md',
    ]);
    expect(said.join()).not.toContain('hunter2');
  });

  it.each(['DB_POOLSIZE', 'DB_POOL_SIZES', 'db_pool_size', 'DB_POLL_SIZE'])(
    'asks whether %s was meant to be DB_POOL_SIZE',
    (name) => {
      expect(ignoredVariables({ [name]: '5' }, KNOWN)).toEqual([
        `${name} is ignored: there is no such setting; did you mean DB_POOL_SIZE?`,
      ]);
    },
  );

  it.each([
    'DATABASE_URL',
    'DATABASE_URL_FILE',
    'PATH',
    'HOME',
    'POST',
    'HOSTNAME',
    'npm_config_port',
    'LD_LIBRARY_PATH',
  ])('says nothing of %s', (name) => {
    expect(ignoredVariables({ [name]: 'x' }, KNOWN)).toEqual([]);
  });

  it('says nothing of a variable that is set to nothing', () => {
    expect(ignoredVariables({ DB_PREPARE_THRESHOLD: '', POOL_MODE: undefined }, KNOWN)).toEqual([]);
  });
});
