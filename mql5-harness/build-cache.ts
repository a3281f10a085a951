import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 50;
const KEPT_MS = 3 * 24 * 3_600_000;

/** Folders of build products by the hash of their inputs; several test processes share it. */
export class BuildCache {
  constructor(private readonly root: string) {}

  /** The folder of a key; `fill` makes a missing one, which others see only when it is complete. */
  async folder(key: string, fill: (target: string) => Promise<void>): Promise<string> {
    const folder = join(this.root, key);
    const lock = `${folder}.lock`;
    mkdirSync(this.root, { recursive: true });
    while (!existsSync(folder)) {
      if (!hasLocked(lock)) {
        await pause(LOOK_AGAIN_MS);
        continue;
      }
      try {
        if (!existsSync(folder)) await this.make(folder, fill);
      } finally {
        rmSync(lock, { force: true });
      }
    }
    const now = new Date();
    utimesSync(folder, now, now);
    return folder;
  }

  private async make(folder: string, fill: (target: string) => Promise<void>): Promise<void> {
    this.dropOld();
    const draft = `${folder}.${randomUUID()}`;
    mkdirSync(draft);
    try {
      await fill(draft);
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }

  private dropOld(): void {
    for (const name of readdirSync(this.root)) {
      const path = join(this.root, name);
      const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
      if (age > KEPT_MS) rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Takes the lock, also from a dead process. */
function hasLocked(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isOrphan(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isOrphan(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // Empty in the moment between its making and its writing.
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
