import type { Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { IdempotencyInterceptor, IdempotentAnswers } from '../http/index.js';
import { IdempotencyStore } from '../persistence/index.js';

/** Writes that carry an Idempotency-Key happen once; their answers are kept in the database. */
export const IDEMPOTENCY_PROVIDERS: Provider[] = [
  // http declares the port, because it must not import the database.
  {
    provide: IdempotentAnswers,
    useFactory: (store: IdempotencyStore): IdempotentAnswers => store,
    inject: [IdempotencyStore],
  },
  { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
];
