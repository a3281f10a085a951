import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { DataAnswerInterceptor } from './data-answer.interceptor.js';
import { FrontPageController } from './front-page.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ProblemsController } from './problems.controller.js';
import { RouteRuleCheck } from './route-rule.check.js';

/** What all routes share: errors as problem documents, data answers, and the check that every route has a rule. */
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
