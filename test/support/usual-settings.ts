import { loadSettings } from '../../src/config/index.js';

/** The settings of an operator who says only what is required; a test changes the members that it is about. */
export const USUAL_SETTINGS = loadSettings({
  DATABASE_URL: 'postgres://nobody@127.0.0.1/nothing',
  BRIDGE_MASTER_SECRET: 'a master secret that no terminal knows',
  KEY_PEPPER: 'pepper of at least 32 characters!',
});

/** The same settings with other members. */
export function changed<T extends object>(settings: T, changes: Partial<T>): T {
  return Object.assign(Object.create(Object.getPrototypeOf(settings) as object) as T, settings, changes);
}
