import { Get, HttpCode, Param, Post, Req, type StreamableFile } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CSV_CONTENT,
  csvAnswer,
  CurrentCaller,
  NotFoundError,
  ProblemResponses,
  ValidQuery,
} from '../../http/index.js';
import { printable } from '../../kernel/index.js';
import { AuditTrail, AuditVerifier } from '../../persistence/index.js';
import { AUDIT_COLUMNS, auditFilter, auditTable } from './audit-query.js';
import { AUDIT_EXAMPLES } from './audit.examples.js';
import {
  AuditEventAnswer,
  AuditListAnswer,
  AuditQueryParameters,
  eventView,
  VerificationAnswer,
  verificationView,
} from './audit.schemas.js';
import { VerificationRequests } from './verification-requests.js';

/** Reading the audit trail, and whether it was tampered with. */
@ApiTags('Admin: audit')
@ApiController('admin/audit')
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly verifier: AuditVerifier,
    private readonly requests: VerificationRequests,
  ) {}

  @AdminRoute('audit', { query: AuditQueryParameters })
  @Get()
  @ApiOperation({ operationId: 'listAuditEvents', summary: 'Who did what, newest first' })
  @ApiExtraModels(AuditListAnswer)
  @ApiOkResponse({
    description: 'One page of events, or everything as a table.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditListAnswer) }, example: AUDIT_EXAMPLES.list },
      [CSV_CONTENT]: { schema: { type: 'string' }, example: AUDIT_EXAMPLES.csv },
    },
  })
  async listAuditEvents(@ValidQuery() query: AuditQueryParameters): Promise<AuditListAnswer | StreamableFile> {
    const filter = auditFilter(query);
    if (query.format === 'csv') return csvAnswer('audit.csv', AUDIT_COLUMNS, auditTable(this.trail, filter));
    const { items, nextCursor } = await this.trail.list({ ...filter, limit: query.limit, cursor: query.cursor });
    return { success: true, data: items.map(eventView), next_cursor: nextCursor ?? null };
  }

  @AdminRoute('audit')
  @Get('verification')
  @ApiOperation({ operationId: 'getAuditVerification', summary: 'Whether the audit trail was tampered with' })
  @ApiOkResponse({ description: 'What is known.', type: VerificationAnswer, example: AUDIT_EXAMPLES.verification })
  async getAuditVerification(): Promise<VerificationAnswer> {
    return { success: true, data: verificationView(await this.trail.chain(), this.verifier.state()) };
  }

  @AdminRoute('audit')
  @Post('verification')
  @HttpCode(202)
  @ApiOperation({ operationId: 'startAuditVerification', summary: 'Verify the whole audit trail now' })
  @ApiAcceptedResponse({
    description: 'It runs in the background; ask GET for the outcome. One that runs already goes on.',
    type: VerificationAnswer,
    example: AUDIT_EXAMPLES.started,
  })
  async startAuditVerification(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<VerificationAnswer> {
    const chain = await this.trail.chain();
    this.requests.start(caller, request.id);
    return { success: true, data: verificationView(chain, this.verifier.state()) };
  }

  @AdminRoute('audit')
  @Get(':id')
  @ApiOperation({ operationId: 'getAuditEvent', summary: 'One event' })
  @ApiParam({ name: 'id', type: String, description: 'Id of the event.', example: '41' })
  @ApiOkResponse({ description: 'The event.', type: AuditEventAnswer, example: AUDIT_EXAMPLES.event })
  @ProblemResponses('not-found')
  async getAuditEvent(@Param('id') id: string): Promise<AuditEventAnswer> {
    const found = await this.trail.find(id);
    if (found === undefined) throw new NotFoundError('audit-event', printable(id, 40));
    return { success: true, data: eventView(found) };
  }
}
