/** What the routes of accounts answer, for the OpenAPI document. */

const ACCOUNT = {
  id: '01M7Z0HZM5T9M3ZSVHT2XANG17',
  external_id: 'customer-4711',
  name: 'Example Ltd',
  tier: 'FREE',
  state: 'active',
  state_reason: null,
  version: 1,
  created_at: '2026-11-21T12:16:04.749Z',
};

/** Bodies and answers. */
export const ACCOUNT_EXAMPLES = {
  createBody: { name: 'Example Ltd', tier: 'FREE', external_id: 'customer-4711' },
  account: { success: true, data: ACCOUNT },
  accounts: { success: true, data: [ACCOUNT], next_cursor: null },
  changeBody: { tier: 'PRO' },
  changed: { success: true, data: { ...ACCOUNT, tier: 'PRO', version: 2 } },
  suspendBody: { reason: 'invoice 2026-117 is overdue' },
  suspended: {
    success: true,
    data: { ...ACCOUNT, state: 'suspended', state_reason: 'invoice 2026-117 is overdue', version: 2 },
  },
  resumeBody: { reason: 'paid' },
  resumed: { success: true, data: { ...ACCOUNT, state_reason: 'paid', version: 3 } },
};
