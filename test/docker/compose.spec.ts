import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadSettings } from '../../src/config/index.js';
import { DOCKER } from './production-database.js';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile?: string };
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly privileged?: boolean;
  readonly restart: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
}

interface Stack {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const text = readFileSync(join(DOCKER, 'compose.yml'), 'utf8');
const stack = parse(text, { merge: true }) as Stack;
const services = Object.entries(stack.services);
const names = Object.keys(stack.services);
/** Run to their end, and others wait for that. */
const STEPS = ['userlist', 'migrate'];

describe('docker/compose.yml', () => {
  it('is the stack of the guide', () => {
    expect(names).toEqual(['postgres', 'userlist', 'pgbouncer', 'migrate', 'gateway', 'prometheus', 'grafana']);
  });

  it('publishes the API and the port for terminals, on loopback unless told otherwise, and nothing else', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));

    expect(published).toEqual([
      'gateway ${API_ADDRESS:-127.0.0.1}:${API_PORT:-5001}:5001',
      'gateway ${BRIDGE_ADDRESS:-127.0.0.1}:${BRIDGE_PORT:-5010}:5010',
    ]);
  });

  it.each(services)('runs %s as an ordinary user on a read-only file system with limits', (_, service) => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.privileged).toBeUndefined();
    expect(Number(service.deploy.resources.limits.cpus)).toBeGreaterThan(0);
    expect(service.deploy.resources.limits.memory).toMatch(/^(\d+[mg]|\$\{[A-Z_]+:-\d+[mg]\})$/);
  });

  it.each(services)('knows whether %s is well, or waits for its end', (name, { healthcheck, restart, ...service }) => {
    if (!STEPS.includes(name)) {
      expect(healthcheck.test?.[0]).toBe('CMD');
      expect(restart).toBe('unless-stopped');
      return;
    }
    expect({ healthcheck, restart }).toEqual({ healthcheck: { disable: true }, restart: 'no' });
    expect(service.command).toHaveLength(name === 'migrate' ? 1 : 3);
    const waiting = services.filter(([, { depends_on = {} }]) => depends_on[name] !== undefined);
    expect(waiting).not.toEqual([]);
  });

  it('waits for health, for the end of steps, and for nothing that waits for itself', () => {
    const seen = new Set<string>();
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(names).toContain(other);
        expect(condition).toBe(STEPS.includes(other) ? 'service_completed_successfully' : 'service_healthy');
        // They stand in the order in which they start.
        expect(seen).toContain(other);
      }
      seen.add(name);
    }
  });

  it('defines every secret, volume and network that is used, and uses every one that it defines', () => {
    const used = (of: (service: Service) => readonly string[] | undefined) =>
      [...new Set(services.flatMap(([, service]) => of(service) ?? []))].sort();
    const named = used(({ volumes }) =>
      volumes?.map((volume) => volume.split(':')[0]!).filter((name) => !name.startsWith('.')),
    );

    expect(used(({ secrets }) => secrets)).toEqual(Object.keys(stack.secrets).sort());
    expect(used(({ networks }) => networks)).toEqual(Object.keys(stack.networks).sort());
    expect(named).toEqual(Object.keys(stack.volumes).sort());
  });

  it('mounts only what exists, and configuration for reading only', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('.'));

    expect(mounts.length).toBeGreaterThan(8);
    for (const mount of mounts) {
      const [source = '', , mode] = mount.split(':');
      expect({ source, exists: existsSync(join(DOCKER, source)), mode }).toEqual({ source, exists: true, mode: 'ro' });
    }
  });

  it('gives each service the secrets that its variables name, from the files that make-secrets.sh makes', () => {
    const script = readFileSync(join(DOCKER, 'make-secrets.sh'), 'utf8');
    for (const [name, { file }] of Object.entries(stack.secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    }
    for (const [, { environment = {}, secrets = [] }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|PEPPER|_URL/.test(variable)) expect(variable).toMatch(/_FILE$/);
        if (variable.endsWith('_FILE')) expect(secrets).toContain(value.replace('/run/secrets/', ''));
      }
    }
  });

  it('lets the gateway reach PgBouncer but not Postgres, and only the gateway the world outside', () => {
    const on = (network: string) =>
      services.filter(([, { networks }]) => networks.includes(network)).map(([name]) => name);

    expect(on('database')).toEqual(['postgres', 'userlist', 'pgbouncer', 'migrate']);
    expect(on('pool')).toEqual(['pgbouncer', 'gateway']);
    expect(on('metrics')).toEqual(['gateway', 'prometheus', 'grafana']);
    expect(on('outside')).toEqual(['gateway']);
    for (const [name, { internal = false }] of Object.entries(stack.networks))
      expect(internal).toBe(name !== 'outside');
  });

  it('starts the gateway with settings that it takes', () => {
    const environment = Object.entries(stack.services.gateway!.environment!).map(([name, value]) => [
      name.replace(/_FILE$/, ''),
      name.endsWith('_FILE') ? valueOf(name) : value.replace(/^\$\{\w+:-(.*)\}$/, '$1'),
    ]);
    const example = readFileSync(join(DOCKER, '../.env.example'), 'utf8');
    for (const [name] of environment) expect(example).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
    const settings = loadSettings({ ...Object.fromEntries(environment), CONFIG_DIR: join(DOCKER, '../config') });

    expect(settings.database).toMatchObject({ usePgbouncer: true, poolSize: 5, maxOverflow: 10 });
    expect(settings.server.metricsPort).toBe(9464);
  });

  it('lets Prometheus scrape the port at which the gateway has its figures', () => {
    const scraped = readFileSync(join(DOCKER, 'prometheus/prometheus.yml'), 'utf8');

    expect(scraped).toMatch(/names: \[gateway\]\s[^-]*\sport: 9464\s/);
  });

  it('shows Grafana its dashboards where it looks for them', () => {
    const provider = readFileSync(join(DOCKER, 'grafana/provisioning/dashboards/dashboards.yml'), 'utf8');
    const path = /path: (\S+)/.exec(provider)?.[1];

    expect(stack.services.grafana!.volumes).toContain(`./grafana/dashboards:${path}:ro`);
  });

  it('has an example of every variable, with the default that it has without', () => {
    const example = readFileSync(join(DOCKER, '.env.example'), 'utf8');
    const overlay = readFileSync(join(DOCKER, 'compose.grafana.yml'), 'utf8');
    const used = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => `${name}=${value}`);

    expect(text.match(/\$\{?\w+\}/g)).toBeNull();
    expect([...example.matchAll(/^\w+=.*$/gm)].map(([line]) => line).sort()).toEqual([...new Set(used)].sort());
    expect(overlay).toContain("'127.0.0.1:${GRAFANA_PORT:-3000}:3000'");
  });

  it('starts PgBouncer without opening its section a second time, which would undo the settings for everybody', () => {
    const lines = readFileSync(join(DOCKER, 'pgbouncer/compose.ini'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(';;'));

    expect(lines).toEqual([
      '%include /etc/pgbouncer/pgbouncer.ini',
      'auth_file = /var/lib/mt5-gateway/pooler/userlist.txt',
      'max_prepared_statements = 200',
    ]);
    expect(stack.services.userlist!.command).toContain('/var/lib/mt5-gateway/pooler/userlist.txt');
  });

  it('is accepted by a real compose program', () => {
    const files = ['-f', join(DOCKER, 'compose.yml'), '-f', join(DOCKER, 'compose.grafana.yml')];
    const [program, ...first] = composeProgram();
    const { status, stderr } = spawnSync(program!, [...first, ...files, 'config', '--quiet'], { encoding: 'utf8' });

    expect({ status, stderr }).toMatchObject({ status: 0 });
  });
});

/** Something of the right form for a secret. */
function valueOf(variable: string): string {
  return variable.includes('URL') ? 'postgres://mt5gw_app:x@pgbouncer:6432/mt5gateway' : 'x'.repeat(64);
}

/** Needs no engine for reading a file. */
function composeProgram(): readonly string[] {
  const found = [['docker', 'compose'], ['docker-compose']].find(
    ([file, ...words]) => spawnSync(file!, [...words, 'version'], { stdio: 'ignore' }).status === 0,
  );
  if (found !== undefined) return found;
  throw new Error('There is no compose program, and this test needs a real one: apt-get install docker-compose.');
}
