import { Post } from '@nestjs/common';
import { adminArea, AdminRoute, ApiController, CurrentActor, type KeyActor, ValidBody } from '../http/index.js';
import { CachePurge } from './cache-purge.js';
import { PurgeCacheBody, PurgedAnswer, type PurgedView } from './cache.schema.js';

const CACHE_AREA = adminArea({ scope: 'cache', description: 'Forget what is kept in memory.' });

/** Admin routes of what is kept in memory. */
@ApiController('admin/cache')
export class CacheController {
  constructor(private readonly purge: CachePurge) {}

  @AdminRoute(CACHE_AREA, {
    summary: 'Forget rendered answers and keys; fetch series again',
    description:
      'Answers are rendered anew, keys read anew; a key that is known keeps working while the database is away. With ' +
      '`series: true` the bars in memory and their rows are compared with the terminal and corrected; the kept ones are ' +
      'served meanwhile. Older rows, accounts, used-up limits and what clients keep themselves are not touched.',
    answer: PurgedAnswer,
    errors: ['symbol-not-found'],
  })
  @Post('purge')
  async purgeCache(
    @ValidBody({ symbol: 'EURUSD', timeframe: 'H1', keys: false, series: true })
    { symbol, timeframe, answers = true, keys = true, series = false }: PurgeCacheBody,
    @CurrentActor() by: KeyActor,
  ): Promise<PurgedView> {
    const purged = await this.purge.run({ symbol, timeframe, answers, keys, series }, by);
    return {
      answers: purged.answers,
      keys: purged.keys,
      series_refilled: [...purged.refilled],
      series_unfed: [...purged.unfed],
    };
  }
}
