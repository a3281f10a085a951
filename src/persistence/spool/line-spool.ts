import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makePrivateFolder } from '../../kernel/index.js';
import { spoolLine, valueOfSpoolLine } from './spool-lines.js';

/** Location and size of a spool. */
export interface SpoolOptions {
  readonly folder: string;
  /** Name of the database, because rows for one must never be written into another. */
  readonly database: string;
  /** Bound over all files together. */
  readonly maxBytes: number;
  /** Milliseconds since the epoch; names files, so that they are read in order. */
  readonly now: () => number;
  /** Called for faults that an operator should know; repeated only when the fault changes. */
  readonly warn: (message: string) => void;
}

/** Kind of rows that a spool holds. */
export interface SpoolContent<Row> {
  /** Prefix of its file names; also names it in messages. */
  readonly name: string;
  /** Checks what was read back from disk. */
  readonly isRow: (value: unknown) => value is Row;
  /** Rows per batch when files are read back. */
  readonly batchRows: number;
}

const STAMP_DIGITS = 15;
const FILE_DIGITS = 6;
/** Length of time, dot and number in a file name. */
const PLACE_LENGTH = STAMP_DIGITS + 1 + FILE_DIGITS;

/**
 * Rows on disk while the database is away, one in each line. Lines are only ever appended, and each append is synced
 * before it counts. A reader renames a file first; a writer checks afterwards whether the file still has its name, else
 * it appends again elsewhere. So processes may share a folder and inherit each other's files. A row may be read twice,
 * so its consumer must recognize it by an id.
 */
export class LineSpool<Row> {
  private readonly prefix: string;
  private readonly process = randomUUID().slice(0, 8);
  private file: string | undefined;
  private files = 0;
  private taken = 0;
  private waitingRows = 0;
  private damagedLines = 0;
  private fault = '';
  private mostLeftBytes = 0;

  constructor(
    private readonly options: SpoolOptions,
    private readonly content: SpoolContent<Row>,
  ) {
    this.prefix = `${content.name}-${options.database.replace(/[^A-Za-z0-9_-]/g, '_')}.`;
  }

  /** Rows on disk as far as this process knows. */
  get rows(): number {
    return this.waitingRows;
  }

  /** Unreadable lines: torn by a crash, or changed. */
  get damaged(): number {
    return this.damagedLines;
  }

  /** Counts the rows that an earlier run left. */
  async open(): Promise<void> {
    this.waitingRows = 0;
    await this.guarded(async () => {
      for (const name of await this.names()) {
        for await (const row of this.linesOf(join(this.options.folder, name)))
          if (row !== undefined) this.waitingRows++;
      }
    });
  }

  get maxBytes(): number {
    return this.options.maxBytes;
  }

  /**
   * Appends as many rows as the bound allows and resolves when they are on disk. Never rejects. `leaveBytes` of the
   * bound stay free for more important rows.
   * @returns the number of appended rows
   */
  async append(rows: readonly Row[], leaveBytes = 0): Promise<number> {
    const accepted = await this.guarded(async () => {
      const lines = rows.map(spoolLine);
      const count = fitting(lines, this.options.maxBytes - leaveBytes - (await this.bytes()));
      if (count < rows.length) this.warnOnce(`The ${this.content.name} spool in ${this.options.folder} is full.`);
      if (count > 0) await this.store(lines.slice(0, count).join(''));
      this.mostLeftBytes = Math.max(this.mostLeftBytes, leaveBytes);
      // Rows that may use the reserve can still fit; the spool counts as full nevertheless.
      if (count === rows.length && leaveBytes === this.mostLeftBytes) this.fault = '';
      return count;
    });
    this.waitingRows += accepted ?? 0;
    return accepted ?? 0;
  }

  /**
   * Passes every row to `consume`, in order, and deletes each file that was consumed whole.
   * @throws what `consume` throws
   */
  async drain(consume: (rows: readonly Row[]) => Promise<void>): Promise<void> {
    const names = (await this.guarded(() => this.names())) ?? [];
    for (const name of names) await this.drainFile(name, consume);
    if (((await this.guarded(() => this.names())) ?? names).length === 0) this.waitingRows = 0;
  }

  private async drainFile(name: string, consume: (rows: readonly Row[]) => Promise<void>): Promise<void> {
    const taken = await this.guarded(() => this.take(name));
    if (taken === undefined) return;
    const refused = await this.guarded(async () => {
      const found = { rows: 0, damaged: 0 };
      for await (const batch of batches(this.linesOf(taken), { found, size: this.content.batchRows })) {
        try {
          await consume(batch);
        } catch (error) {
          return { error };
        }
      }
      await unlink(taken);
      this.waitingRows = Math.max(0, this.waitingRows - found.rows);
      this.damagedLines += found.damaged;
      return undefined;
    });
    if (refused !== undefined) throw refused.error;
  }

  /** Renames the file; the new name keeps its place in the order. */
  private async take(name: string): Promise<string | undefined> {
    const { folder } = this.options;
    const place = name.slice(0, this.prefix.length + PLACE_LENGTH);
    const taken = join(folder, `${place}-${this.process}-taken${++this.taken}.spool`);
    try {
      await rename(join(folder, name), taken);
    } catch (error) {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    if (name === this.file) this.file = undefined;
    return taken;
  }

  /** Appends and syncs; repeats with a new file when a reader took this one meanwhile. */
  private async store(text: string): Promise<void> {
    const { folder } = this.options;
    makePrivateFolder(folder);
    for (;;) {
      this.file ??= this.newName();
      const path = join(folder, this.file);
      const handle = await open(path, 'a+', 0o600);
      try {
        await appendWhole(handle, text);
        if (await hasName(handle, path)) return await syncFolder(folder);
      } finally {
        await handle.close();
      }
      this.file = undefined;
    }
  }

  /** The rows of a file; undefined stands for an unreadable line. */
  private async *linesOf(path: string): AsyncGenerator<Row | undefined> {
    const input = createReadStream(path, 'utf8');
    try {
      for await (const line of createInterface({ input, crlfDelay: Infinity })) {
        if (line === '') continue;
        const value = valueOfSpoolLine(line);
        yield this.content.isRow(value) ? value : undefined;
      }
    } finally {
      input.destroy();
    }
  }

  /** Oldest first. */
  private async names(): Promise<string[]> {
    const names = await readdir(this.options.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => name.startsWith(this.prefix) && name.endsWith('.spool')).sort();
  }

  private async bytes(): Promise<number> {
    const sizes = await Promise.all(
      (await this.names()).map((name) =>
        stat(join(this.options.folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  private newName(): string {
    const stamp = String(this.options.now()).padStart(STAMP_DIGITS, '0');
    return `${this.prefix}${stamp}.${String(++this.files).padStart(FILE_DIGITS, '0')}-${this.process}.spool`;
  }

  /** A failing disk must not stop the gateway: the fault is logged, and the work counts as not done. */
  private async guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const { code = 'error' } = error as NodeJS.ErrnoException;
      const cause = isOutOfDescriptors(error) ? `${code}: no file descriptor is left, raise ulimit -n` : code;
      this.warnOnce(`The ${this.content.name} spool in ${this.options.folder} cannot be used (${cause}).`);
      return undefined;
    }
  }

  private warnOnce(fault: string): void {
    if (fault !== this.fault) this.options.warn(fault);
    this.fault = fault;
  }
}

async function* batches<Row>(
  lines: AsyncIterable<Row | undefined>,
  { found, size }: { readonly found: { rows: number; damaged: number }; readonly size: number },
): AsyncGenerator<readonly Row[]> {
  let batch: Row[] = [];
  for await (const row of lines) {
    if (row === undefined) {
      found.damaged++;
      continue;
    }
    found.rows++;
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function fitting(lines: readonly string[], bytes: number): number {
  let left = bytes;
  const over = lines.findIndex((line) => (left -= Buffer.byteLength(line)) < 0);
  return over === -1 ? lines.length : over;
}

/** A full disk may accept only half of the text; then the file is truncated to its old size if possible. */
async function appendWhole(handle: FileHandle, text: string): Promise<void> {
  const { size } = await handle.stat();
  try {
    await handle.appendFile(size > 0 && !(await endsWithNewLine(handle, size)) ? `\n${text}` : text);
    await handle.datasync();
  } catch (error) {
    await handle.truncate(size).catch(() => undefined);
    throw error;
  }
}

/** False after a torn line of a crash or a failed truncation; the next row must not become part of it. */
async function endsWithNewLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] === 0x0a;
}

async function hasName(handle: FileHandle, path: string): Promise<boolean> {
  const [held, named] = await Promise.all([
    handle.stat(),
    stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }),
  ]);
  return named !== undefined && named.ino === held.ino;
}

/** Makes new names durable. Some systems cannot sync a folder and do not need it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if (isOutOfDescriptors(error)) throw error;
    return undefined;
  });
  await handle?.datasync().catch(() => undefined);
  await handle?.close();
}

function isOutOfDescriptors(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}
