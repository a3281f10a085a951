import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Circumstances, CLONE, DIST, isAlive, Program } from './program.js';
import { until } from '../support/until.js';

/** What demo.json says. */
export interface DemoFile {
  readonly url: string;
  readonly bridge: string;
  readonly free_key: string;
  readonly pro_key: string;
  readonly admin_key: string;
}

/** A folder of the test in which demos run: two terminals and four series, unless told otherwise. */
export class DemoSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'mt5gw demo-'));
  readonly dataDir = join(this.folder, 'data');
  readonly configDir = join(this.folder, 'config');
  private readonly demos: Program[] = [];

  constructor() {
    // Where the server of Postgres is another user, he has to get in.
    chmodSync(this.folder, 0o755);
    mkdirSync(this.configDir);
    const limits = { per_minute: 1000 };
    this.configure('indicators.json', readFileSync(join(CLONE, 'config', 'indicators.json'), 'utf8'));
    this.configure('terminals.json', {
      terminals: ['EURUSD', 'XAUUSD'].map((name, index) => {
        return { id: `MT5_0${index + 1}`, login: 1000 + index, server: 'Test-Server', symbols: [{ name }] };
      }),
    });
    this.configure('tiers.json', {
      tiers: [
        { name: 'FREE', rank: 1, symbols: ['EURUSD'], timeframes: ['H1'], limits },
        { name: 'PRO', rank: 2, symbols: ['*'], timeframes: ['M5', 'H1'], limits },
      ],
    });
  }

  /** Writes a file of the configuration. */
  configure(file: string, content: string | object): void {
    writeFileSync(join(this.configDir, file), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Starts a demo; it ends with the test. */
  start(env: NodeJS.ProcessEnv = {}, how: Partial<Circumstances> & { program?: readonly string[] } = {}): Program {
    const { program = [join(DIST, 'cli', 'demo.js')], ...circumstances } = how;
    const demo = new Program(program, {
      cwd: this.folder,
      ...circumstances,
      env: {
        CONFIG_DIR: this.configDir,
        DATA_DIR: this.dataDir,
        SERIES_BARS: '5200',
        PORT: '0',
        BRIDGE_PORT: '0',
        ...circumstances.env,
        ...env,
      },
    });
    this.demos.push(demo);
    return demo;
  }

  /** Resolves with demo.json when it appears. */
  async ready(demo: Program, withinMs?: number): Promise<DemoFile> {
    await demo.until(() => existsSync(this.demoFile), withinMs);
    // The greeting follows the file.
    await demo.until(() => demo.stdout.includes('Ctrl-C ends everything.'));
    return JSON.parse(readFileSync(this.demoFile, 'utf8')) as DemoFile;
  }

  get demoFile(): string {
    return join(this.dataDir, 'demo.json');
  }

  /** Processes that work for a demo here: they have the folder in their command line, environment or working folder. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(Number)
      .filter((pid) => isAlive(pid) && this.isOurs(pid));
  }

  /** The first process that runs this program for a demo here. */
  processOf(file: string): number {
    const found = this.processes().find((pid) => read(pid, 'cmdline').includes(file));
    if (found === undefined) throw new Error(`No process runs ${file}.`);
    return found;
  }

  postgresPid(): number {
    return Number(readFileSync(join(this.dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  /** Ends what still runs and removes the folder. @throws Error when something outlives its demo */
  async close(): Promise<void> {
    for (const demo of this.demos) if (!demo.hasEnded) demo.kill('SIGTERM');
    await Promise.all(this.demos.map(({ ended }) => ended));
    try {
      await until(() => this.processes().length === 0, `nothing is left of a demo in ${this.folder}`, 60_000);
    } finally {
      for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
      // Root's Postgres keeps its data elsewhere when nobody else may enter this folder.
      const name = createHash('sha256')
        .update(join(realpathSync(this.folder), 'data', 'postgres'))
        .digest('hex')
        .slice(0, 16);
      for (const outside of [join('/var/lib/mt5-gateway', name), join(tmpdir(), `mt5-gateway-${name}`)]) {
        rmSync(outside, { recursive: true, force: true });
      }
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  private isOurs(pid: number): boolean {
    const texts = [read(pid, 'cmdline'), read(pid, 'environ')];
    return texts.some((text) => text.includes(this.folder));
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
