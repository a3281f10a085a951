import { Logger, type Provider } from '@nestjs/common';
import { TierSettings } from '../../config/index.js';
import { Clock } from '../../kernel/index.js';
import { TierStore } from '../../persistence/index.js';
import { TierBook } from './tier-book.js';
import { TierCatalog } from './tier-catalog.js';
import { TierEditor } from './tier-editor.js';

/** Requests are judged by it, so there are none before it is read. */
async function openTierBook(store: TierStore, clock: Clock, { tiers }: TierSettings): Promise<TierBook> {
  const logger = new Logger('Tiers');
  const log = (message: string): void => logger.log(message);
  const book = new TierBook({ store, clock, first: tiers, log, warn: (message) => logger.warn(message) });
  await book.open();
  return book;
}

/** Tiers as data: what they are now, what they allow, and how they are changed. */
export const TIER_PROVIDERS: readonly Provider[] = [
  { provide: TierBook, useFactory: openTierBook, inject: [TierStore, Clock, TierSettings] },
  TierCatalog,
  {
    provide: TierEditor,
    useFactory: (store: TierStore, book: TierBook, clock: Clock, served: TierCatalog) =>
      new TierEditor({ store, book, clock, served }),
    inject: [TierStore, TierBook, Clock, TierCatalog],
  },
];
