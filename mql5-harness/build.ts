import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BuildCache } from './build-cache.js';
import type { ProgramKind } from './translator/emitter.js';
import { readManifest } from './translator/manifest.js';
import { translate } from './translator/translate.js';

const REPOSITORY = join(import.meta.dirname, '..');
const RUNTIME = join(import.meta.dirname, 'runtime');
const DRIVER = join(import.meta.dirname, 'indicator-driver', 'driver.cpp');
const cache = new BuildCache(join(REPOSITORY, 'node_modules', '.cache', 'mql5'));
const COMPILE_LIMIT_MS = 600_000;

const SANITIZERS = '-fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow -fno-sanitize-recover=all';
// Event handlers have the parameters that the terminal hands over, used or not.
const WARNINGS = '-Wall -Wextra -Wconversion -Wshadow -Wuninitialized -Wno-unused-parameter -Werror';
const COMMON =
  `-std=c++20 -O1 -g -fPIC ${SANITIZERS} -ftrivial-auto-var-init=pattern -fno-operator-names -fno-lifetime-dse ` +
  `-ffp-contract=off ${WARNINGS}`;
const LIBRARY = '-shared -fvisibility=hidden -Wl,-Bsymbolic -fno-gnu-unique';

/** Ways to build; the programs and their runtime are always built in the same way. */
export interface BuildVariant {
  /** The documentation contradicts itself: `datetime` with or without sign. */
  readonly unsignedDatetime?: boolean;
  /** Counts the lines that run, for gcov; only the program's own. */
  readonly coverage?: boolean;
}

/** An executable program, or an indicator that a program can load. */
export interface BuiltProgram {
  /** The executable, or the library of an indicator: `Name.so`. */
  readonly path: string;
  /** Folder of the program and its C++. */
  readonly folder: string;
  readonly kind: ProgramKind;
}

/** g++ refused the C++; its message names the lines of the MQL5 sources. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
}

/** The folder with Experts, Include, Indicators and Scripts; a run may be pointed at a copy with planted mistakes. */
export function sourcesFolder(): string {
  return process.env.MQL5_SOURCES ?? join(REPOSITORY, 'mql5');
}

/**
 * Translates and compiles a program of the folder `mql5`. What was built of the same bytes before is taken as it is.
 * @param program `Experts/Name.mq5`, `Indicators/Name.mq5` or `Scripts/Name.mq5`
 * @throws SourceRefused, BuildFailed
 */
export async function buildProgram(program: string, variant: BuildVariant = {}): Promise<BuiltProgram> {
  const { kind, cpp } = translate(program, readSource, readManifest());
  const name = basename(program, '.mq5');
  const own = `${flagsOf(variant)}${variant.coverage === true ? ' --coverage' : ''}`;
  const file = kind === 'indicator' ? `${name}.so` : name;
  const objects = kind === 'indicator' ? [] : await buildRuntime(variant);
  const link = kind === 'indicator' ? LIBRARY : '-rdynamic';
  const folder = await cache.folder(hashOf([own, link, cpp, runtimeHash('.hpp'), ...objects]), async (target) => {
    writeFileSync(join(target, `${name}.cpp`), cpp);
    // The object stays in the program's folder, where gcov finds its notes.
    const object = join(target, `${name}.o`);
    await compile([...own.split(' '), '-I', RUNTIME, '-c', join(target, `${name}.cpp`), '-o', object], kind);
    await compile([...own.split(' '), ...link.split(' '), ...objects, object, '-o', join(target, file), '-ldl'], kind);
  });
  return { path: join(folder, file), folder, kind };
}

/** Compiles a C++ program of the harness itself and links it with the runtime, but without the runtime's `main`. */
export async function buildDriver(variant: BuildVariant = {}): Promise<string> {
  const objects = (await buildRuntime(variant)).filter((object) => basename(object) !== 'main.o');
  const flags = flagsOf(variant).split(' ');
  const source = readFileSync(DRIVER, 'utf8');
  const folder = await cache.folder(
    hashOf([flags.join(' '), source, runtimeHash('.hpp'), ...objects]),
    async (target) => {
      await compile([...flags, '-rdynamic', '-I', RUNTIME, DRIVER, ...objects, '-o', join(target, 'driver'), '-ldl']);
    },
  );
  return join(folder, 'driver');
}

/** Objects of the runtime, one for each of its sources. */
async function buildRuntime(variant: BuildVariant): Promise<string[]> {
  const flags = flagsOf(variant);
  const sources = readdirSync(RUNTIME).filter((name) => name.endsWith('.cpp'));
  const waiting = [...sources];
  const objects: string[] = [];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const source = join(RUNTIME, name);
      const object = `${basename(name, '.cpp')}.o`;
      const key = hashOf([flags, name, readFileSync(source, 'utf8'), runtimeHash('.hpp')]);
      const folder = await cache.folder(key, async (target) => {
        await compile([...flags.split(' '), '-I', RUNTIME, '-c', source, '-o', join(target, object)]);
      });
      objects.push(join(folder, object));
    }
  };
  await Promise.all([work(), work()]);
  return objects.sort((a, b) => basename(a).localeCompare(basename(b)));
}

function flagsOf({ unsignedDatetime }: BuildVariant): string {
  return unsignedDatetime === true ? `${COMMON} -DMQL_DATETIME_UNSIGNED` : COMMON;
}

function readSource(path: string): string | undefined {
  const file = join(sourcesFolder(), path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function runtimeHash(ending: string): string {
  const names = readdirSync(RUNTIME).filter((name) => name.endsWith(ending));
  return hashOf(names.sort().map((name) => readFileSync(join(RUNTIME, name), 'utf8')));
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function compile(options: readonly string[], kind?: ProgramKind): Promise<void> {
  const env = { ...process.env, LC_ALL: 'C' };
  const visibility = kind === 'indicator' ? ['-fvisibility=hidden', '-fno-gnu-unique'] : [];
  return new Promise((resolve, reject) => {
    const limits = { env, cwd: dirname(RUNTIME), timeout: COMPILE_LIMIT_MS, maxBuffer: 16 * 1024 * 1024 };
    execFile('g++', [...visibility, ...options], limits, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new BuildFailed(explain(error, stderr)));
    });
  });
}

function explain(error: Error & { code?: unknown }, stderr: string): string {
  if (error.code === 'ENOENT') return 'g++ is missing: install it (Debian: apt-get install g++)';
  return stderr.trim() === '' ? error.message : stderr.trim();
}
