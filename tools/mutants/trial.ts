import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Mutant, plant } from './mutant-list.js';

const TRIAL_LIMIT_MS = 900_000;

/** One run of Jest that may catch a mutant. */
interface Check {
  readonly spec: string;
  readonly needsPostgres?: boolean;
  /** Of the names of its tests; the others cost much and see little. */
  readonly only?: string;
}

const OF_THE_INDICATOR: readonly Check[] = [{ spec: 'test/mql5/indicator-agreement.spec.ts' }];
const OF_THE_BRIDGE: readonly Check[] = [
  { spec: 'mql5-harness/conformance.spec.ts' },
  { spec: 'mql5-harness/session.spec.ts' },
  { spec: 'test/mql5/gateway.spec.ts', needsPostgres: true, only: 'that it' },
];
const ENVIRONMENT = join('test', 'support', 'first-failure.setup.mjs');
/** What a check says when it has waited in vain. */
const BY_TIME = /[Ee]xceeded timeout|never had|was not done|was not reported|within \d+ ms|did not dial|came too late/;
/** Of the conformance suite, in the list of those that failed. */
const FAILED_CHECK = /^\+\s+"(\w+\.[\w-]+): /m;
const INDICATOR_FILES = /\/(FractalLines\.mq5|FractalRule\.mqh|Line\w+\.mqh)$/;

/** How a trial ended: `by` says what noticed the mistake, empty when nothing did. */
export interface Verdict {
  readonly by: string;
  readonly seconds: number;
}

/** Runs the checks on a copy of the sources with one mistake in it, or with none. */
export class Trial {
  constructor(private readonly root: string) {}

  /** @param mutant undefined = the sources as they are, on which every check has to pass */
  async run(mutant: Mutant | undefined): Promise<Verdict> {
    const started = performance.now();
    const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
    try {
      const sources = join(folder, 'mql5');
      cpSync(join(this.root, 'mql5'), sources, { recursive: true });
      if (mutant !== undefined) {
        const file = join(sources, mutant.file);
        writeFileSync(file, plant(mutant, readFileSync(file, 'utf8')));
      }
      const by = await this.firstFailure(checksOf(mutant), { folder, sources });
      return { by, seconds: Math.round((performance.now() - started) / 1000) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private async firstFailure(checks: readonly Check[], where: Where): Promise<string> {
    for (const check of checks) {
      const failure = await this.failureOf(check, where);
      if (failure === undefined) continue;
      // A machine that is too busy fails like this, too: what is wrong fails again.
      const isSure = !failure.isByTime || (await this.failureOf(check, where)) !== undefined;
      if (isSure) return failure.what;
    }
    return '';
  }

  private async failureOf({ spec, needsPostgres, only = '' }: Check, where: Where): Promise<Failure | undefined> {
    const { folder, sources } = where;
    const results = join(folder, 'results.json');
    const config = needsPostgres === true ? 'jest.config.mjs' : await this.plainConfig(folder);
    const words = [
      '--config',
      config,
      '--runInBand',
      '--json',
      `--outputFile=${results}`,
      '-t',
      only,
      '--env',
      join(this.root, ENVIRONMENT),
      spec,
    ];
    rmSync(results, { force: true });
    const code = await this.jest(words, { MQL5_SOURCES: sources, MQL5_RUNS: '1' });
    if (code === 0) return undefined;
    if (!existsSync(results)) return { what: `${spec}: ended without results`, isByTime: true };
    return failureIn(JSON.parse(readFileSync(results, 'utf8')) as JestResults);
  }

  /** The settings of the repository without the database, which most checks do not need. */
  private async plainConfig(folder: string): Promise<string> {
    const path = pathToFileURL(join(this.root, 'jest.config.mjs')).href;
    const { default: all } = (await import(path)) as { default: { projects: Record<string, unknown>[] } };
    const { globalSetup: _setup, globalTeardown: _teardown, ...integration } = all.projects[1]!;
    const file = join(folder, 'jest.config.json');
    writeFileSync(file, JSON.stringify({ ...integration, testTimeout: 120_000 }));
    return file;
  }

  private jest(words: readonly string[], settings: Readonly<Record<string, string>>): Promise<number> {
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, 'node_modules/jest/bin/jest.js', ...words], {
      cwd: this.root,
      env: { ...process.env, ...settings },
      stdio: 'ignore',
      timeout: TRIAL_LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 1));
    });
  }
}

interface Where {
  /** Everything of this trial; it is gone afterwards. */
  readonly folder: string;
  readonly sources: string;
}

interface Failure {
  /** What noticed the mistake, in a few words. */
  readonly what: string;
  /** Something did not happen in time. */
  readonly isByTime: boolean;
}

interface JestResults {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function checksOf(mutant: Mutant | undefined): readonly Check[] {
  if (mutant === undefined) return [...OF_THE_INDICATOR, ...OF_THE_BRIDGE];
  return INDICATOR_FILES.test(`/${mutant.file}`) ? OF_THE_INDICATOR : OF_THE_BRIDGE;
}

function failureIn({ testResults }: JestResults): Failure {
  const text = testResults
    .flatMap(({ message, assertionResults }) => [message, ...assertionResults.flatMap((one) => one.failureMessages)])
    .join('\n');
  if (text.includes('SourceRefused')) return { what: 'translator', isByTime: false };
  if (text.includes('BuildFailed')) return { what: 'compiler', isByTime: false };
  const failed = testResults.flatMap((one) => one.assertionResults).find(({ status }) => status === 'failed');
  const sanitizer = /(?:critical error|strict fault|runtime error|AddressSanitizer)[^\n"]{0,60}/.exec(text)?.[0];
  const check = FAILED_CHECK.exec(text)?.[1];
  const by = [check ?? failed?.title ?? 'a spec', ...(sanitizer === undefined ? [] : [`(${sanitizer})`])].join(' ');
  return { what: by, isByTime: sanitizer === undefined && BY_TIME.test(text) };
}
