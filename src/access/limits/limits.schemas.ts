import { OneOf, Part, Parts, Schema, Text, Whole, answerOf } from '../../http/index.js';

@Schema('One limit on requests per time.')
export class LimitPolicyView {
  @OneOf('Name of the limit, as in `violated_policies` and the RateLimit headers.', ['minute', 'day'], 'minute')
  readonly name!: string;
  @Whole('Requests per window.', 60) readonly limit!: number;
  @Whole('Length of the window, seconds; it begins with the first counted request.', 60) readonly window!: number;
  @Whole('Requests that are left in this window.', 57) readonly remaining!: number;
  @Whole('Seconds until the window ends; its whole length when none has begun.', 12) readonly reset_after!: number;
  @Whole('When that is, unix seconds (UTC).', 1795263377) readonly reset!: number;
}

@Schema('The limit on concurrent requests.')
export class LimitConcurrencyView {
  @Whole('Concurrent requests; 50 where the tier names none.', 2, 'nullable') readonly limit!: number | null;
  @Whole('Counted requests of the account that are open now.', 0) readonly in_use!: number;
}

@Schema('What the account may do and what is left.')
export class LimitsView {
  @Text('All keys of the account share its limits.', '01K9ZC3V5E8Q2W4R6T7Y9U1A0S') readonly account_id!: string;
  @Text("The account's tier; X-User-Tier never changes its limits.", 'FREE') readonly tier!: string;
  @Parts('A request runs only if all of them allow it.', LimitPolicyView) readonly policies!: LimitPolicyView[];
  @Part('Concurrent requests.', LimitConcurrencyView) readonly concurrency!: LimitConcurrencyView;
}

export const LimitsAnswer = answerOf('LimitsAnswer', LimitsView, 'Where the account stands.');
