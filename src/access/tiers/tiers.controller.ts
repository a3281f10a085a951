import { Delete, Get, HttpCode, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CurrentCaller,
  IfMatch,
  NotFoundError,
  ProblemResponses,
  ValidBody,
  VersionedWrite,
  versionEtag,
} from '../../http/index.js';
import { Clock, printable } from '../../kernel/index.js';
import type { StoredTier } from '../../persistence/index.js';
import { actorOf } from '../actor.js';
import { ChangeTierBody, CreateTierBody, ReplaceTierBody } from './tier-bodies.js';
import { TierCatalog } from './tier-catalog.js';
import { TierEditor } from './tier-editor.js';
import { TIER_EXAMPLES } from './tier-examples.js';
import { change, newContent, replacement } from './tier-orders.js';
import { TierPreviewAnswer } from './tier-preview.views.js';
import { previewOf, TierAnswer, TierDetailAnswer, tierDetailView, TierListAnswer, tierView } from './tier-views.js';

const ETAG = {
  ETag: { description: 'Version of the tier, for If-Match.', schema: { type: 'string' }, example: '"v3"' },
};
const BODY_PROBLEMS = ['invalid-parameter', 'payload-too-large', 'unsupported-media-type'] as const;

/** The tier that a path names, in any case. */
function TierName(): MethodDecorator {
  return ApiParam({ name: 'name', type: String, description: 'Name of the tier.', example: 'FREE' });
}

/** Admin routes of tiers. */
@ApiTags('Admin: tiers')
@ApiController('admin/tiers')
export class TiersController {
  constructor(
    private readonly editor: TierEditor,
    private readonly catalog: TierCatalog,
    private readonly clock: Clock,
  ) {}

  @AdminRoute('tiers')
  @Get()
  @ApiOperation({ operationId: 'listTiers', summary: 'Tiers, lowest first, with what is scheduled' })
  @ApiOkResponse({ description: 'Every tier.', type: TierListAnswer, example: TIER_EXAMPLES.list })
  async listTiers(): Promise<TierListAnswer> {
    const tiers = await this.editor.list();
    return { success: true, data: tiers.map((tier) => tierView(tier, this.clock.nowMs())), next_cursor: null };
  }

  @AdminRoute('tiers')
  @Get(':name')
  @TierName()
  @ApiOperation({ operationId: 'getTier', summary: 'One tier, with what is scheduled and what it was' })
  @ApiOkResponse({ description: 'The tier.', type: TierDetailAnswer, example: TIER_EXAMPLES.detail, headers: ETAG })
  @ProblemResponses('not-found')
  async getTier(
    @Param('name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TierDetailAnswer> {
    const record = await this.editor.get(nameOf(name));
    void reply.header('etag', versionEtag(record.tier.version));
    return { success: true, data: tierDetailView(record, this.clock.nowMs()) };
  }

  @AdminRoute('tiers')
  @Post()
  @ApiOperation({ operationId: 'createTier', summary: 'Make a further tier; it exists at once' })
  @ApiBody({ type: CreateTierBody, examples: { gold: { value: TIER_EXAMPLES.createBody } } })
  @ApiCreatedResponse({ description: 'The tier.', type: TierAnswer, example: TIER_EXAMPLES.created, headers: ETAG })
  @ProblemResponses(...BODY_PROBLEMS)
  async createTier(
    @ValidBody() body: CreateTierBody,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TierAnswer> {
    const order = { rank: body.rank, content: newContent(body) };
    return this.answer(await this.editor.create(body.name, order, actorOf(caller, request)), reply);
  }

  @AdminRoute('tiers')
  @Put(':name')
  @VersionedWrite()
  @TierName()
  @ApiOperation({ operationId: 'replaceTier', summary: 'Change all of a tier, at once or at a time' })
  @ApiBody({ type: ReplaceTierBody, examples: { later: { value: TIER_EXAMPLES.replaceBody } } })
  @ApiOkResponse({ description: 'The tier.', type: TierAnswer, example: TIER_EXAMPLES.changed, headers: ETAG })
  @ProblemResponses(...BODY_PROBLEMS, 'not-found')
  async replaceTier(
    @Param('name') name: string,
    @ValidBody() body: ReplaceTierBody,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TierAnswer> {
    const by = actorOf(caller, request);
    return this.answer(await this.editor.edit(nameOf(name), replacement(body), { expected, by }), reply);
  }

  @AdminRoute('tiers')
  @Patch(':name')
  @VersionedWrite()
  @TierName()
  @ApiOperation({ operationId: 'changeTier', summary: 'Change parts of a tier, at once or at a time' })
  @ApiBody({ type: ChangeTierBody, examples: { later: { value: TIER_EXAMPLES.changeBody } } })
  @ApiOkResponse({ description: 'The tier.', type: TierAnswer, example: TIER_EXAMPLES.changed, headers: ETAG })
  @ProblemResponses(...BODY_PROBLEMS, 'not-found')
  async changeTier(
    @Param('name') name: string,
    @ValidBody() body: ChangeTierBody,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TierAnswer> {
    const by = actorOf(caller, request);
    return this.answer(await this.editor.edit(nameOf(name), change(body), { expected, by }), reply);
  }

  @AdminRoute('tiers')
  @Post(':name/preview')
  @HttpCode(200)
  @TierName()
  @ApiOperation({ operationId: 'previewTier', summary: 'Whom a change would concern, and what they lose and win' })
  @ApiBody({ type: ChangeTierBody, examples: { later: { value: TIER_EXAMPLES.changeBody } } })
  @ApiOkResponse({ description: 'Nothing was changed.', type: TierPreviewAnswer, example: TIER_EXAMPLES.preview })
  @ProblemResponses(...BODY_PROBLEMS, 'not-found')
  async previewTier(@Param('name') name: string, @ValidBody() body: ChangeTierBody): Promise<TierPreviewAnswer> {
    const preview = await this.editor.preview(nameOf(name), change(body));
    return { success: true, data: previewOf(preview, this.catalog) };
  }

  @AdminRoute('tiers')
  @Delete(':name/versions/:version')
  @VersionedWrite()
  @TierName()
  @ApiParam({ name: 'version', type: Number, description: 'Number of a scheduled version.', example: 4 })
  @ApiOperation({ operationId: 'withdrawTierVersion', summary: 'Take a scheduled change back before its time' })
  @ApiOkResponse({ description: 'The tier.', type: TierAnswer, example: TIER_EXAMPLES.withdrawn, headers: ETAG })
  @ProblemResponses('not-found')
  async withdrawTierVersion(
    @Param('name') name: string,
    @Param('version') version: string,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TierAnswer> {
    if (!/^[1-9][0-9]{0,8}$/.test(version)) throw new NotFoundError('scheduled version', printable(version, 40));
    const by = actorOf(caller, request);
    return this.answer(await this.editor.withdraw(nameOf(name), Number(version), { expected, by }), reply);
  }

  @AdminRoute('tiers')
  @Delete(':name')
  @VersionedWrite()
  @TierName()
  @ApiOperation({ operationId: 'deleteTier', summary: 'Delete a tier that no account has' })
  @ApiOkResponse({
    description: 'The tier as it was.',
    type: TierAnswer,
    example: TIER_EXAMPLES.deleted,
    headers: ETAG,
  })
  @ProblemResponses('not-found')
  async deleteTier(
    @Param('name') name: string,
    @IfMatch() expected: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TierAnswer> {
    const by = actorOf(caller, request);
    return this.answer(await this.editor.remove(nameOf(name), { expected, by }), reply);
  }

  private answer(tier: StoredTier, reply: FastifyReply): TierAnswer {
    void reply.header('etag', versionEtag(tier.version));
    return { success: true, data: tierView(tier, this.clock.nowMs()) };
  }
}

/** No name is longer; the rest of a longer path is not worth a look. */
function nameOf(text: string): string {
  return text.slice(0, 64).toUpperCase();
}
