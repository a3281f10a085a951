import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Circumstances, CLONE, DIST, freePort, Program } from './program.js';

/** Values that no log and no message may ever show. */
export const SECRETS = {
  BRIDGE_MASTER_SECRET: 'master-secret-of-the-process-tests-0001',
  KEY_PEPPER: 'pepper-of-the-process-tests-000000000001',
};

/** A gateway that listens. */
export interface Listening {
  readonly gateway: Program;
  readonly url: string;
  readonly port: number;
  readonly bridgePort: number;
}

/** Starts the compiled gateway and its commands with settings of their own, in a folder without an .env. */
export class GatewaySite {
  readonly folder = mkdtempSync(join(tmpdir(), 'mt5gw-process-'));
  private readonly programs: Program[] = [];
  private readonly configDir: string;

  /** `configure` writes a configuration into a folder that it makes; the shipped one is used without it. */
  constructor(
    readonly databaseUrl: string,
    configure?: (folder: string) => void,
  ) {
    this.configDir = configure === undefined ? join(CLONE, 'config') : join(this.folder, 'config');
    configure?.(this.configDir);
  }

  get circumstances(): Circumstances {
    return {
      cwd: this.folder,
      env: {
        ...SECRETS,
        DATABASE_URL: this.databaseUrl,
        USE_PGBOUNCER: 'false',
        CONFIG_DIR: this.configDir,
        PORT: '0',
        BRIDGE_PORT: '0',
        DB_POOL_SIZE: '2',
      },
    };
  }

  /** `npm start`, with these changes to its settings. */
  gateway(env: NodeJS.ProcessEnv = {}): Program {
    return this.program('src/main.js', [], env);
  }

  /** `npm start` where so many files and sockets may be open. */
  limitedGateway(descriptors: number, env: NodeJS.ProcessEnv = {}): Program {
    const command = `ulimit -n ${descriptors}; exec "${process.execPath}" "${join(DIST, 'src/main.js')}"`;
    return this.start(['-c', command], env, 'sh');
  }

  /** Another program of the build. */
  program(file: string, parameters: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
    return this.start([join(DIST, file), ...parameters], env);
  }

  /**
   * A gateway that listens, and where. `descriptors`: most files and sockets that it may have open; `again`: where the one
   * before listened.
   */
  async listening(
    env: NodeJS.ProcessEnv = {},
    descriptors?: number,
    again?: Pick<Listening, 'port' | 'bridgePort'>,
  ): Promise<Listening> {
    const { port, bridgePort } = again ?? { port: await freePort(), bridgePort: await freePort() };
    const settings = { ...env, PORT: String(port), BRIDGE_PORT: String(bridgePort) };
    const gateway = descriptors === undefined ? this.gateway(settings) : this.limitedGateway(descriptors, settings);
    const url = `http://127.0.0.1:${port}`;
    await gateway.until(() => answers(`${url}/health/live`));
    return { gateway, url, port, bridgePort };
  }

  /** Everything that was said by all programs so far. */
  get said(): string {
    return this.programs.map(({ output }) => output).join('\n');
  }

  private start(parameters: readonly string[], env: NodeJS.ProcessEnv, node = process.execPath): Program {
    const { circumstances } = this;
    const program = new Program(parameters, { ...circumstances, node, env: { ...circumstances.env, ...env } });
    this.programs.push(program);
    return program;
  }

  async close(): Promise<void> {
    for (const program of this.programs) if (!program.hasEnded) program.kill('SIGKILL');
    await Promise.all(this.programs.map(({ ended }) => ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
