import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readVerifiers } from '../../cli/userlist/read-verifiers.js';
import { superuserUrl } from '../../cli/userlist/superuser-url.js';
import { renderUserlist, type RoleVerifier } from '../../cli/userlist/userlist.js';

const VERIFIER = `SCRAM-SHA-256$4096:${'c2FsdA'.repeat(3)}==$${'A'.repeat(43)}=:${'B'.repeat(43)}=`;

const folder = mkdtempSync(join(tmpdir(), 'userlist-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const role = (changes: Partial<RoleVerifier> = {}): RoleVerifier => ({
  name: 'app',
  stored: VERIFIER,
  mayLogIn: true,
  isSuperuser: false,
  ...changes,
});

describe('the userlist', () => {
  it('has a line for each role, with quotes doubled', () => {
    expect(renderUserlist([role(), role({ name: 'o"dd' })])).toBe(`"app" "${VERIFIER}"\n"o""dd" "${VERIFIER}"\n`);
  });

  it.each([
    ['an md5 password', { stored: `md5${'0'.repeat(32)}` }, /"app" has an md5 password.*scram-sha-256/],
    ['no password', { stored: null }, /"app" has no password/],
    ['a plain password', { stored: 'hunter2' }, /"app" has a password of an unknown kind/],
    ['a verifier that ends the line', { stored: `${VERIFIER}\n"x" "y"` }, /unknown kind/],
    ['no right to log in', { mayLogIn: false }, /"app" may not log in/],
    ['a superuser', { isSuperuser: true }, /"app" is a superuser/],
  ])('refuses a role with %s, and says what to do without the secret', (_, changes, sentence) => {
    const render = () => renderUserlist([role(changes)]);

    expect(render).toThrow(sentence);
    expect(render).not.toThrow(/hunter2|SCRAM-SHA-256\$|md50/);
  });
});

describe('the URL of the superuser', () => {
  it('comes from its variable, or from the file that another variable names', () => {
    const file = join(folder, 'url');
    writeFileSync(file, 'postgres://u:p@h/d\n');

    expect(superuserUrl({ USERLIST_DATABASE_URL: 'postgres://u:p@h/d' })).toBe('postgres://u:p@h/d');
    expect(superuserUrl({ USERLIST_DATABASE_URL_FILE: file })).toBe(readFileSync(file, 'utf8').trim());
  });

  it.each([
    [{}, /USERLIST_DATABASE_URL \(or USERLIST_DATABASE_URL_FILE\) is missing/],
    [{ USERLIST_DATABASE_URL: '' }, /is missing/],
    [{ USERLIST_DATABASE_URL: 'mysql://u:hunter2@h/d' }, /must be a URL postgres:/],
    [{ USERLIST_DATABASE_URL: 'postgres://u:hunter2@h:port/d' }, /must be a URL postgres:/],
    [{ USERLIST_DATABASE_URL_FILE: join(folder, 'absent') }, /cannot be read \(ENOENT\)/],
  ])('refuses %j with a sentence', (environment, sentence) => {
    expect(() => superuserUrl(environment)).toThrow(sentence);
    expect(() => superuserUrl(environment)).not.toThrow(/hunter2/);
  });

  it('is not shown when nobody answers there', async () => {
    await expect(readVerifiers('postgres://u:hunter2@127.0.0.1:1/d', ['app'])).rejects.toThrow(
      /^The server of USERLIST_DATABASE_URL cannot be queried: .*ECONNREFUSED/,
    );
  });
});
