import { isGatewayError } from '../../src/kernel/index.js';
import { type KeyServices, type KeyServicesSettings, withKeyServices } from '../keys/key-services.js';
import type { DemoFile } from './demo-folder.js';

type Keys = Pick<DemoFile, 'free_key' | 'pro_key' | 'admin_key'>;

const ORDERS = {
  free_key: { kind: 'live', name: 'demo FREE', tier: 'FREE' },
  pro_key: { kind: 'live', name: 'demo PRO', tier: 'PRO' },
  admin_key: { kind: 'adm', name: 'demo admin' },
} as const;

/** Keys of the demo: the previous ones while they work, else new ones (their secrets are stored nowhere). */
export function demoKeys(settings: KeyServicesSettings, previous: Partial<Keys>): Promise<Keys> {
  return withKeyServices(settings, async (office) => ({
    free_key: await usableKey('free_key', previous, office),
    pro_key: await usableKey('pro_key', previous, office),
    admin_key: await usableKey('admin_key', previous, office),
  }));
}

async function usableKey(name: keyof Keys, previous: Partial<Keys>, office: KeyServices): Promise<string> {
  const known = previous[name];
  if (typeof known === 'string' && (await isUsable(known, office))) return known;
  return (await office.issuer.create(ORDERS[name], { actor: 'cli', requestId: undefined })).text;
}

async function isUsable(key: string, { authenticator }: KeyServices): Promise<boolean> {
  try {
    await authenticator.authenticate([key]);
    return true;
  } catch (error) {
    if (isGatewayError(error) && !error.retryable) return false;
    throw error;
  }
}
