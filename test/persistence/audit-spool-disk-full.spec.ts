import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditSpool } from '../../src/persistence/index.js';

type Row = Parameters<AuditSpool['append']>[0][number];

const AT = '2026-03-11T06:00:00.000Z';
const row = (number: number): Row => [
  randomUUID(),
  AT,
  'system',
  'test.done',
  `n:${number}`,
  `"${'x'.repeat(500)}"`,
  null,
];

/** A file system of 64 kB is a real full disk. Making one takes a right that not every host gives, not even to root. */
function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mt5gw-full-disk-'));
  const mounted = mountSmallDisk(folder);
  if (mounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
}

(canMount() ? describe : describe.skip)('the audit spool on a full disk', () => {
  let disk: string;

  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'mt5gw-full-disk-'));
    expect(mountSmallDisk(disk)).toBe(true);
  });
  afterEach(() => {
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  it('says so once, loses nothing that it took, and goes on when there is room again', async () => {
    const warnings: string[] = [];
    const open = async () => {
      const parts = { folder: join(disk, 'spool'), database: 'db', maxBytes: 1e9, now: () => Date.parse(AT) };
      const spool = new AuditSpool({ ...parts, warn: (message) => warnings.push(message) });
      await spool.open();
      return spool;
    };
    const spool = await open();
    let taken = 0;
    for (let batch = 0; batch < 40; batch++) {
      taken += await spool.append(Array.from({ length: 10 }, (_, index) => row(batch * 10 + index)));
    }
    expect(taken).toBeGreaterThan(20);
    expect(taken).toBeLessThan(200);
    expect(warnings).toEqual([expect.stringContaining('ENOSPC')]);

    const successor = await open();
    expect(successor.rows).toBe(taken);
    const targets: string[] = [];
    await successor.drain(async (rows) => void targets.push(...rows.map(([, , , , target]) => target)));
    expect(targets).toEqual(Array.from({ length: taken }, (_, index) => `n:${index}`));
    expect(successor.damaged).toBe(0);
    expect(await successor.append([row(taken)])).toBe(1);
  });
});
