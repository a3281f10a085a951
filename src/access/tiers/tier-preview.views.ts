import { Part, Parts, Schema, Text, Texts, Whole, answerOf } from '../../http/index.js';

@Schema('An account that the change affects.')
export class AffectedAccountView {
  @Text('Id.', '01K9ZC3V5E8Q2W4R6T7Y9U1A0S') readonly id!: string;
  @Text('Name.', 'Example Ltd') readonly name!: string;
}

@Schema('Accounts that the change affects: those that have the tier now.')
export class AffectedAccountsView {
  @Whole('Number of accounts.', 12) readonly count!: number;
  @Parts('The first of them by id, at most 100.', AffectedAccountView) readonly first!: AffectedAccountView[];
}

@Schema('What the accounts lose and gain.')
export class ListDifferenceView {
  @Texts('No longer allowed.', ['US30']) readonly lost!: string[];
  @Texts('Allowed from then on.', ['GBPUSD']) readonly won!: string[];
}

@Schema('A number before and after.')
export class NumberDifferenceView {
  @Whole('Without the change.', 60) readonly before!: number;
  @Whole('With the change.', 120) readonly after!: number;
}

@Schema('A limit before and after; null = no limit.')
export class LimitDifferenceView {
  @Whole('Without the change.', 2000, 'nullable') readonly before!: number | null;
  @Whole('With the change.', null, 'nullable') readonly after!: number | null;
}

@Schema('All limits before and after.')
export class LimitsDifferenceView {
  @Part('Requests a minute.', NumberDifferenceView) readonly per_minute!: NumberDifferenceView;
  @Part('Requests a day.', LimitDifferenceView) readonly per_day!: LimitDifferenceView;
  @Part('Concurrent requests.', LimitDifferenceView) readonly concurrent!: LimitDifferenceView;
}

@Schema('The effect of a change.')
export class TierPreviewView {
  @Text('The tier.', 'FREE') readonly name!: string;
  @Whole('Version of the tier that the preview is based on.', 3) readonly version!: number;
  @Text('When the change would take effect.', '2027-01-01T00:00:00.000Z') readonly effective_at!: string;
  @Text('When an already scheduled version replaces it; null when none does.', null, 'nullable')
  readonly until!: string | null;
  @Part('Accounts that have the tier.', AffectedAccountsView) readonly accounts!: AffectedAccountsView;
  @Part('Place among the tiers.', NumberDifferenceView) readonly rank!: NumberDifferenceView;
  @Part('Symbols; `*` is written out.', ListDifferenceView) readonly symbols!: ListDifferenceView;
  @Part('Timeframes.', ListDifferenceView) readonly timeframes!: ListDifferenceView;
  @Part('Limits.', LimitsDifferenceView) readonly limits!: LimitsDifferenceView;
}

export const TierPreviewAnswer = answerOf('TierPreviewAnswer', TierPreviewView, 'What the change would do.');
