import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { PROMETHEUS_FOLDER } from './prometheus-files.js';

/** One value of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A rule as Prometheus has read it. */
export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const READY = /Server is ready to receive web requests/;

/** A real Prometheus with the shipped configuration; only addresses, paths and intervals differ. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly keeper: ChildProcessByStdio<Writable, Readable, Readable>,
    private readonly folder: string,
  ) {}

  /** Starts it on a free port; it scrapes the gateway at `target` (host:port). If the test dies it ends by itself. */
  static async start(target: string, everySeconds: number): Promise<Prometheus> {
    const folder = mkdtempSync(join(process.env.TEST_RUN_FOLDER ?? tmpdir(), 'prometheus-'));
    const address = `127.0.0.1:${await freePort()}`;
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, configuration(target, address, everySeconds));
    const keeper = spawn(
      process.execPath,
      [
        join(import.meta.dirname, '../../support/with-parent.mjs'),
        'prometheus',
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
    await untilReady(keeper);
    return new Prometheus(`http://${address}`, keeper, folder);
  }

  /** The newest values. @throws Error with what Prometheus says of the query */
  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.get<{ result: readonly Sample[] }>(`query?query=${encodeURIComponent(expr)}`);
    return result;
  }

  async rules(): Promise<readonly Rule[]> {
    const { groups } = await this.get<{ groups: { rules: Rule[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    const ended = once(this.keeper, 'exit');
    this.keeper.stdin.end();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    if (error !== undefined) throw new Error(`${decodeURIComponent(path)}: ${error}`);
    return data;
  }
}

function configuration(target: string, own: string, everySeconds: number): string {
  const shipped = readFileSync(join(PROMETHEUS_FOLDER, 'prometheus.yml'), 'utf8');
  return shipped
    .replace(/dns_sd_configs:\n(?: {6}.*\n)+/, `static_configs: [{ targets: ['${target}'] }]\n`)
    .replace('localhost:9090', own)
    .replace('rules/*.yml', join(PROMETHEUS_FOLDER, 'rules/*.yml'))
    .replaceAll(/_(interval|timeout): \d+s/g, `_$1: ${everySeconds}s`);
}

function untilReady(keeper: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (bytes: Buffer): void => {
      output += bytes.toString();
      if (READY.test(output)) resolve();
    };
    keeper.stdout.on('data', look);
    keeper.stderr.on('data', look);
    keeper.once('exit', (code) => reject(new Error(`Prometheus (Debian: prometheus) ended with ${code}: ${output}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
