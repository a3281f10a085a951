import { Logger, type Provider } from '@nestjs/common';
import { TierSettings } from '../../config/index.js';
import { Clock } from '../../kernel/index.js';
import { TierStore } from '../../persistence/index.js';
import { TierCache } from './tier-cache.js';
import { TierCatalog } from './tier-catalog.js';
import { TierEditor } from './tier-editor.js';

/** Opened before the server listens, because requests are judged by it. */
async function openTierCache(store: TierStore, clock: Clock, { tiers }: TierSettings): Promise<TierCache> {
  const logger = new Logger('Tiers');
  const log = (message: string): void => logger.log(message);
  const cache = new TierCache({ store, clock, first: tiers, log, warn: (message) => logger.warn(message) });
  await cache.open();
  return cache;
}

/** Tiers as data: their cache, their catalog and their editor. */
export const TIER_PROVIDERS: readonly Provider[] = [
  { provide: TierCache, useFactory: openTierCache, inject: [TierStore, Clock, TierSettings] },
  TierCatalog,
  {
    provide: TierEditor,
    useFactory: (store: TierStore, cache: TierCache, clock: Clock, served: TierCatalog) =>
      new TierEditor({ store, cache, clock, served }),
    inject: [TierStore, TierCache, Clock, TierCatalog],
  },
];
