import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/** How much of the MQL5 sources ran. */
export interface CoverageReport {
  /** 0 to 1, of all lines of the program's sources. */
  readonly share: number;
  /** A line per source. */
  readonly table: string;
}

interface GcovFile {
  readonly file: string;
  readonly lines: readonly { readonly line_number: number; readonly count: number }[];
}

const RUN = promisify(execFile);
const GCOV_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Collects which lines of a program ran, over all its processes; they must have been built with coverage. */
export class Coverage {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mt5gw-gcov-'));

  /** For the processes: where they write. */
  get environment(): Record<string, string> {
    return { GCOV_PREFIX: this.folder };
  }

  /** What ran of the program that lies in this folder. */
  async of(programFolder: string): Promise<CoverageReport> {
    const place = join(this.folder, 'notes');
    mkdirSync(place, { recursive: true });
    // Under the path that it was compiled at, which is not where it lies now.
    const written = readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
    const notes = readdirSync(programFolder).find((name) => name.endsWith('.gcno'))!;
    const counts = `${basename(notes, '.gcno')}.gcda`;
    copyFileSync(
      join(
        this.folder,
        written.find((path) => basename(path) === counts)!,
      ),
      join(place, counts),
    );
    copyFileSync(join(programFolder, notes), join(place, notes));
    const { stdout } = await RUN('gcov', ['--json-format', '--stdout', join(place, counts)], {
      maxBuffer: GCOV_OUTPUT_BYTES,
      cwd: place,
    });
    const { files } = JSON.parse(stdout) as { files: GcovFile[] };
    return reportOf(files.filter(({ file }) => /\.mq[5h]$/.test(file)));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function reportOf(files: readonly GcovFile[]): CoverageReport {
  const rows = files.map(({ file, lines }) => {
    // Several functions may share a line: it ran when one of them did.
    const ran = new Map<number, boolean>();
    for (const { line_number: line, count } of lines) ran.set(line, ran.get(line) === true || count > 0);
    const missed = [...ran].filter(([, did]) => !did).map(([line]) => line);
    return { file: basename(file), all: ran.size, missed };
  });
  const all = rows.reduce((sum, row) => sum + row.all, 0);
  const missed = rows.reduce((sum, row) => sum + row.missed.length, 0);
  const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`.padStart(8);
  const table = rows.map((row) => {
    const lines = row.missed.length > 0 ? `  not: ${row.missed.slice(0, 30).join(' ')}` : '';
    return `  ${percent(row.all - row.missed.length, row.all)} of ${String(row.all).padStart(4)} lines of ${row.file}${lines}`;
  });
  return { share: (all - missed) / all, table: [...table, `  ${percent(all - missed, all)} of all`].join('\n') };
}
