import childProcess from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import circus from 'jest-circus/runner';

const require = createRequire(import.meta.url);
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);
const packages = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@jest/'));

/** Every way to a socket or a process leads through one of these. */
const FORBIDDEN_TO_PURE_SPECS = [
  [net.Socket.prototype, ['connect']],
  [net.Server.prototype, ['listen']],
  [childProcess.ChildProcess.prototype, ['spawn']],
  [childProcess, ['spawnSync', 'execSync', 'execFileSync']],
];

/**
 * Loads the packages of package.json once a worker instead of once a spec file, which costs seconds a file. Modules of
 * this repository are evaluated anew for every file. Jest takes the packages for modules of Node.
 */
export default async function runSpec(globalConfig, config, environment, runtime, ...rest) {
  const { _resolution: resolution, coreModule, esmLoader, executor } = runtime;
  const isCoreModule = resolution.isCoreModule.bind(resolution);
  const requireCore = coreModule.require.bind(coreModule);
  resolution.isCoreModule = (name) => isCoreModule(name) || isShared(name);
  coreModule.require = (name) => (isShared(name) ? load(name) : requireCore(name));
  esmLoader.getContext = () => undefined;
  executor.compile = (source, filename) => compileFunction(source, executor.injectedModuleParameters, { filename });
  const allowAgain = config.displayName?.name === 'unit' ? forbidSocketsAndProcesses() : () => undefined;
  try {
    return await circus.default(globalConfig, config, environment, runtime, ...rest);
  } finally {
    allowAgain();
  }
}

/** Jest writes `node:` before the name of a module of Node. */
const plain = (name) => name.replace(/^node:/, '');

const isShared = (name) => packages.some((own) => plain(name) === own || plain(name).startsWith(`${own}/`));

/** The file that `import` finds: some packages hold another one for `require`. */
function load(name) {
  const loaded = require(fileURLToPath(import.meta.resolve(plain(name))));
  return loaded[Symbol.toStringTag] === 'Module' && 'default' in loaded ? loaded.default : loaded;
}

/** Returns what undoes it. */
function forbidSocketsAndProcesses() {
  const undo = FORBIDDEN_TO_PURE_SPECS.flatMap(([owner, names]) =>
    names.map((name) => {
      const original = owner[name];
      owner[name] = () => {
        throw new Error(`A pure spec called ${name}: specs that need a socket or a process belong into test/.`);
      };
      return () => (owner[name] = original);
    }),
  );
  return () => undo.forEach((restore) => restore());
}
