import { HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminRoute, ApiController, type Caller, CurrentCaller, ProblemResponses, ValidBody } from '../http/index.js';
import { CachePurge } from './cache-purge.js';
import { PURGE_EXAMPLE, PurgeCacheBody, PurgedAnswer } from './cache.schema.js';

/** Admin routes of what is kept in memory. */
@ApiTags('Admin: cache')
@ApiController('admin/cache')
export class CacheController {
  constructor(private readonly purge: CachePurge) {}

  @AdminRoute('cache')
  @Post('purge')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'purgeCache',
    summary: 'Forget rendered answers and keys; fetch series again',
    description:
      'Answers are rendered anew, keys read anew; a key that is known keeps working while the database is away. With ' +
      '`series: true` the bars in memory and their rows are compared with the terminal and corrected; the kept ones are ' +
      'served meanwhile. Older rows, accounts, used-up limits and what clients keep themselves are not touched.',
  })
  @ApiBody({ type: PurgeCacheBody, examples: { purge: { value: PURGE_EXAMPLE.body } } })
  @ApiOkResponse({ description: 'What was forgotten.', type: PurgedAnswer, example: PURGE_EXAMPLE.answer })
  @ProblemResponses('invalid-parameter', 'symbol-not-found', 'payload-too-large', 'unsupported-media-type')
  async purgeCache(
    @ValidBody() { symbol, timeframe, answers = true, keys = true, series = false }: PurgeCacheBody,
    @CurrentCaller() caller: Caller,
    @Req() request: { readonly id: string },
  ): Promise<PurgedAnswer> {
    const order = { symbol, timeframe, answers, keys, series };
    const purged = await this.purge.run(order, { keyId: caller.keyId, requestId: request.id });
    return {
      success: true,
      data: {
        answers: purged.answers,
        keys: purged.keys,
        series_refilled: [...purged.refilled],
        series_unfed: [...purged.unfed],
      },
    };
  }
}
