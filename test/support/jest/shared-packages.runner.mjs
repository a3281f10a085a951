import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import circus from 'jest-circus/runner';

const require = createRequire(import.meta.url);
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);
const shared = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@jest/'));

/**
 * Loads the packages of package.json once a worker instead of once a spec file, which would cost seconds a file; the
 * modules of this repository are new in every file. To Jest the packages look like modules of Node.
 */
export default function runSpec(globalConfig, config, environment, runtime, ...rest) {
  const { _resolution: resolution, coreModule, esmLoader, executor } = runtime;
  const isCoreModule = resolution.isCoreModule.bind(resolution);
  resolution.isCoreModule = (name) => isCoreModule(name) || isShared(name);
  const requireCore = coreModule.require.bind(coreModule);
  coreModule.require = (name) => (isShared(name) ? load(name) : requireCore(name));
  esmLoader.getContext = () => undefined;
  executor.compile = (source, filename) =>
    compileFunction(source, executor.injectedModuleParameters, { filename });
  return circus.default(globalConfig, config, environment, runtime, ...rest);
}

/** Jest writes `node:` before the name of what it takes for a module of Node. */
const plain = (name) => name.replace(/^node:/, '');

const isShared = (name) => shared.some((own) => plain(name) === own || plain(name).startsWith(`${own}/`));

/** What `import` would find: some packages hold other files ready for `require`. */
function load(name) {
  const loaded = require(fileURLToPath(import.meta.resolve(plain(name))));
  return 'default' in loaded && loaded[Symbol.toStringTag] === 'Module' ? loaded.default : loaded;
}
