import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProblemResponses } from '../http/index.js';
import { INDICATORS_EXAMPLE } from './indicators.example.js';
import { IndicatorAnswerSchema } from './indicators.schema.js';

/** What the OpenAPI document says of the route. */
export function IndicatorsDocs(): MethodDecorator {
  return applyDecorators(
    ApiTags('Market data'),
    ApiOperation({
      operationId: 'getIndicators',
      summary: 'Candles with fractals and lines',
      description:
        'The newest bars of a series with its confirmed fractals and its best lines. Lines are computed on the newest ' +
        'bars of the series, never on the window asked for: an answer with fewer bars is the tail of one with more. ' +
        'With `as_of` the answer is the one that was true at that bar’s close.',
    }),
    ApiOkResponse({
      description:
        'Bars, fractals and lines. The example is an answer of the demo; each of its lists is shortened to its last ' +
        'entries.',
      type: IndicatorAnswerSchema,
      example: INDICATORS_EXAMPLE,
    }),
    ProblemResponses('terminal-disconnected', 'terminal-timeout', 'terminal-error', 'history-loading'),
  );
}
