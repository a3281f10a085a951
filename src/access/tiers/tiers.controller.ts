import { Delete, Get, Param, Patch, Post, Put } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import {
  adminArea,
  type Actor,
  AdminRoute,
  ApiController,
  CurrentActor,
  IfMatch,
  NotFoundError,
  type Page,
  PathText,
  ValidBody,
} from '../../http/index.js';
import { Clock, printable } from '../../kernel/index.js';
import type { StoredTier } from '../../persistence/index.js';
import { ChangeTierBody, CreateTierBody, ReplaceTierBody } from './tier-bodies.js';
import { TierCatalog } from './tier-catalog.js';
import { TierEditor } from './tier-editor.js';
import { change, newContent, replacement } from './tier-patches.js';
import { TierPreviewAnswer, type TierPreviewView } from './tier-preview.views.js';
import {
  previewOf,
  TierAnswer,
  TierDetailAnswer,
  type TierDetailView,
  tierDetailView,
  TierListAnswer,
  type TierView,
  tierView,
} from './tier-views.js';

const TIERS_AREA = adminArea({ scope: 'tiers', description: 'Read and change tiers, immediately or at a time.' });

/** The tier that a path names, in any case. */
const TierName = () => PathText('name', 'Name of the tier.', 'FREE');
const ONE = { answer: TierAnswer, etag: true } as const;
const LATER = { limits: { per_minute: 120 }, effective_at: '2027-01-01T00:00:00Z' };

/** Admin routes of tiers. */
@ApiController('admin/tiers')
export class TiersController {
  constructor(
    private readonly editor: TierEditor,
    private readonly catalog: TierCatalog,
    private readonly clock: Clock,
  ) {}

  @AdminRoute(TIERS_AREA, { summary: 'List tiers, lowest first, with scheduled changes', answer: TierListAnswer })
  @Get()
  async listTiers(): Promise<Page<TierView>> {
    const tiers = await this.editor.list();
    return { items: tiers.map((tier) => this.view(tier)) };
  }

  @AdminRoute(TIERS_AREA, {
    summary: 'Get a tier with scheduled changes and history',
    answer: TierDetailAnswer,
    etag: true,
  })
  @Get(':name')
  async getTier(@TierName() name: string): Promise<TierDetailView> {
    return tierDetailView(await this.editor.get(name.toUpperCase()), this.clock.nowMs());
  }

  @AdminRoute(TIERS_AREA, { ...ONE, summary: 'Create a tier (effective immediately)', status: 201 })
  @Post()
  async createTier(@ValidBody() body: CreateTierBody, @CurrentActor() by: Actor): Promise<TierView> {
    return this.view(await this.editor.create(body.name, { rank: body.rank, content: newContent(body) }, by));
  }

  @AdminRoute(TIERS_AREA, { ...ONE, summary: 'Replace the content of a tier, immediately or at a time' })
  @Put(':name')
  async replaceTier(
    @TierName() name: string,
    @ValidBody() body: ReplaceTierBody,
    @IfMatch() expected: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<TierView> {
    return this.view(await this.editor.edit(name.toUpperCase(), replacement(body), { expected, by }));
  }

  @AdminRoute(TIERS_AREA, { ...ONE, summary: 'Change parts of a tier, immediately or at a time' })
  @Patch(':name')
  async changeTier(
    @TierName() name: string,
    @ValidBody(LATER) body: ChangeTierBody,
    @IfMatch() expected: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<TierView> {
    return this.view(await this.editor.edit(name.toUpperCase(), change(body), { expected, by }));
  }

  @AdminRoute(TIERS_AREA, {
    summary: 'Preview which accounts a change affects, and what they lose and gain',
    answer: TierPreviewAnswer,
  })
  @Post(':name/preview')
  async previewTier(@TierName() name: string, @ValidBody(LATER) body: ChangeTierBody): Promise<TierPreviewView> {
    return previewOf(await this.editor.preview(name.toUpperCase(), change(body)), this.catalog);
  }

  @AdminRoute(TIERS_AREA, { ...ONE, summary: 'Withdraw a scheduled change before its time' })
  @Delete(':name/versions/:version')
  @ApiParam({ name: 'version', type: Number, description: 'Number of a scheduled version.', example: 4 })
  async withdrawTierVersion(
    @TierName() name: string,
    @Param('version') version: string,
    @IfMatch() expected: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<TierView> {
    if (!/^[1-9][0-9]{0,8}$/.test(version)) throw new NotFoundError('scheduled version', printable(version, 40));
    return this.view(await this.editor.withdraw(name.toUpperCase(), Number(version), { expected, by }));
  }

  @AdminRoute(TIERS_AREA, { ...ONE, summary: 'Delete a tier that no account has' })
  @Delete(':name')
  async deleteTier(
    @TierName() name: string,
    @IfMatch() expected: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<TierView> {
    return this.view(await this.editor.remove(name.toUpperCase(), { expected, by }));
  }

  private view(tier: StoredTier): TierView {
    return tierView(tier, this.clock.nowMs());
  }
}
