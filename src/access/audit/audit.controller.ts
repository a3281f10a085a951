import { Get, Post, type StreamableFile } from '@nestjs/common';
import {
  adminArea,
  AdminRoute,
  ApiController,
  csvAnswer,
  CurrentActor,
  type KeyActor,
  NotFoundError,
  type Page,
  PathText,
  ValidQuery,
} from '../../http/index.js';
import { printable } from '../../kernel/index.js';
import { AuditTrail, AuditVerifier } from '../../persistence/index.js';
import { AUDIT_COLUMNS, auditFilter, auditTable } from './audit-query.js';
import {
  AUDIT_CSV_EXAMPLE,
  AuditEventAnswer,
  type AuditEventView,
  AuditListAnswer,
  AuditQueryParameters,
  eventView,
  VerificationAnswer,
  type VerificationView,
  verificationView,
} from './audit.schemas.js';
import { VerificationRequests } from './verification-requests.js';

const AUDIT_AREA = adminArea({ scope: 'audit', description: 'Read and verify the audit trail.' });

/** Admin routes that read and verify the audit trail. */
@ApiController('admin/audit')
export class AuditController {
  constructor(
    private readonly trail: AuditTrail,
    private readonly verifier: AuditVerifier,
    private readonly requests: VerificationRequests,
  ) {}

  @AdminRoute(AUDIT_AREA, {
    summary: 'List audit events, newest first',
    query: AuditQueryParameters,
    answer: AuditListAnswer,
    answerText: 'One page of events, or everything as a table.',
    csv: AUDIT_CSV_EXAMPLE,
  })
  @Get()
  async listAuditEvents(@ValidQuery() query: AuditQueryParameters): Promise<Page<AuditEventView> | StreamableFile> {
    const filter = auditFilter(query);
    if (query.format === 'csv') return csvAnswer('audit.csv', AUDIT_COLUMNS, auditTable(this.trail, filter));
    const { items, nextCursor } = await this.trail.list({ ...filter, limit: query.limit, cursor: query.cursor });
    return { items: items.map(eventView), nextCursor };
  }

  @AdminRoute(AUDIT_AREA, { summary: 'Get the result of the last verification', answer: VerificationAnswer })
  @Get('verification')
  async getAuditVerification(): Promise<VerificationView> {
    return verificationView(await this.trail.chain(), this.verifier.state());
  }

  @AdminRoute(AUDIT_AREA, {
    summary: 'Start a verification of the whole audit trail',
    answer: VerificationAnswer,
    answerText: 'It runs in the background; ask GET for the outcome. One that runs already goes on.',
    status: 202,
    example: { data: { status: 'running', running_verified: 0, last: null } },
  })
  @Post('verification')
  async startAuditVerification(@CurrentActor() by: KeyActor): Promise<VerificationView> {
    const chain = await this.trail.chain();
    this.requests.start(by);
    return verificationView(chain, this.verifier.state());
  }

  @AdminRoute(AUDIT_AREA, { summary: 'Get an audit event', answer: AuditEventAnswer })
  @Get(':id')
  async getAuditEvent(@PathText('id', 'Id of the event.', '41') id: string): Promise<AuditEventView> {
    const found = await this.trail.find(id);
    if (found === undefined) throw new NotFoundError('audit-event', printable(id, 40));
    return eventView(found);
  }
}
