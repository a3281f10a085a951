import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { DataAnswerInterceptor } from './answers/data-answer.interceptor.js';
import { FrontPageController } from './docs/front-page.controller.js';
import { ProblemFilter } from './server/problem.filter.js';
import { ProblemsController } from './docs/problems.controller.js';
import { RouteRuleCheck } from './routes/route-rule.check.js';

/** Shared by all routes: errors as problem documents, data answers, and the check that every route has a rule. */
@Module({
  imports: [DiscoveryModule],
  controllers: [FrontPageController, ProblemsController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: DataAnswerInterceptor },
    RouteRuleCheck,
  ],
})
export class HttpModule {}
