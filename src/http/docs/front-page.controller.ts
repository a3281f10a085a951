import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiResponse, ApiTags } from '@nestjs/swagger';
import { GATEWAY_VERSION, ServerSettings } from '../../config/index.js';
import { DOCS_PATH } from '../docs-path.js';
import { FrontPageSchema } from './front-page.schema.js';
import { PublicRoute } from '../routes/route.decorators.js';

/** The used part of the framework's reply. */
interface Reply {
  redirect(url: string, code: number): unknown;
}

const FRONT_PAGE: FrontPageSchema = { name: 'mt5-gateway', version: GATEWAY_VERSION, health: '/api/health' };

/** `/`: the entry for a browser that has only host and port. */
@ApiTags('Operations')
@Controller()
export class FrontPageController {
  constructor(@Inject(ServerSettings) private readonly settings: ServerSettings) {}

  @PublicRoute({
    summary: 'Redirect to the documentation',
    errors: ['unknown-parameter', 'key-in-query'],
  })
  @Get()
  @ApiResponse({ status: 302, description: `The documentation is served at \`/${DOCS_PATH}\`.` })
  @ApiOkResponse({ description: 'The documentation is switched off.', type: FrontPageSchema, example: FRONT_PAGE })
  getFrontPage(@Res({ passthrough: true }) reply: Reply): FrontPageSchema | undefined {
    if (this.settings.docsAccess === 'off') return FRONT_PAGE;
    reply.redirect(`/${DOCS_PATH}`, 302);
    return undefined;
  }
}
