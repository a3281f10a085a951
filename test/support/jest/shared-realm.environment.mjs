import { TestEnvironment } from 'jest-environment-node';

/**
 * Runs spec files in the realm of the worker, so that they can share the packages that the worker has loaded: in a realm
 * of its own a file would see other `Error`, `Array` and `Reflect` objects than the packages. Each file leaves the
 * globals, the variables of the environment and the console as it found them.
 */
export default class SharedRealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const ModuleMocker = this.moduleMocker.constructor;
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.before = {
      keys: new Set(Reflect.ownKeys(globalThis)),
      environment: { ...process.env },
      exit: process.exit,
      console: globalThis.console,
    };
  }

  /** The realm of the worker has no context object. */
  getVmContext() {
    return undefined;
  }

  async teardown() {
    const { keys, environment, exit, console } = this.before;
    for (const key of Reflect.ownKeys(globalThis)) if (!keys.has(key)) Reflect.deleteProperty(globalThis, key);
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    process.exit = exit;
    globalThis.console = console;
    await super.teardown();
  }
}
