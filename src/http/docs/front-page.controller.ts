import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ServerSettings } from '../../config/index.js';
import { DOCS_PATH } from '../docs-path.js';
import { FrontPageSchema } from './front-page.schema.js';
import { ProblemResponses } from '../problems/problem.responses.js';
import { PublicRoute } from '../routes/route.decorators.js';
import { GATEWAY_VERSION } from '../../config/index.js';

/** What the handler uses of the framework's reply. */
interface Reply {
  redirect(url: string, code: number): unknown;
}

const FRONT_PAGE: FrontPageSchema = { name: 'mt5-gateway', version: GATEWAY_VERSION, health: '/api/health' };

/** `/`: where a person arrives who knows only host and port. */
@ApiTags('Operations')
@Controller()
export class FrontPageController {
  constructor(@Inject(ServerSettings) private readonly settings: ServerSettings) {}

  @PublicRoute()
  @Get()
  @ApiOperation({ operationId: 'getFrontPage', summary: 'Lead to the documentation' })
  @ApiResponse({ status: 302, description: `Go to \`/${DOCS_PATH}\`, where that page is served.` })
  @ApiOkResponse({
    description: 'The documentation is switched off here.',
    type: FrontPageSchema,
    example: FRONT_PAGE,
  })
  @ProblemResponses('unknown-parameter', 'key-in-query')
  frontPage(@Res({ passthrough: true }) reply: Reply): FrontPageSchema | undefined {
    if (this.settings.docsAccess === 'off') return FRONT_PAGE;
    reply.redirect(`/${DOCS_PATH}`, 302);
    return undefined;
  }
}
