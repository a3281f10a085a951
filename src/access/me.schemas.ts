import { OneOf, Part, Schema, Text, Texts, Whole, answerOf } from '../http/index.js';

@Schema('The key that the request came with.')
export class MyKeyView {
  @Text('Names the key; not secret.', '7hJk2LmN0p') readonly id!: string;
  @OneOf('What it is for.', ['live', 'adm'], 'live') readonly kind!: string;
  @Texts('Admin areas; empty for live keys.', []) readonly scopes!: string[];
}

@Schema("The account's limits.")
export class MyLimitsView {
  @Whole('Requests a minute.', 60) readonly per_minute!: number;
  @Whole('Requests a day; null = no limit.', 2000, 'nullable') readonly per_day!: number | null;
  @Whole('Concurrent requests; null = no limit.', 2, 'nullable') readonly concurrent!: number | null;
}

@Schema('Who the caller is.')
export class MeView {
  @Text('The account that the key belongs to.', '01K9ZC3V5E8Q2W4R6T7Y9U1A0S') readonly account_id!: string;
  @Text("The account's tier; its limits count.", 'PRO') readonly tier!: string;
  @Text('The tier of this request, after X-User-Tier.', 'FREE') readonly effective_tier!: string;
  @Part('The key of this request.', MyKeyView) readonly key!: MyKeyView;
  @Part("The account's limits, shared by all its keys.", MyLimitsView) readonly limits!: MyLimitsView;
}

export const MeAnswer = answerOf('MeAnswer', MeView, 'Who you are.');
