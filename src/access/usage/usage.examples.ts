/** What a gateway answered, for the OpenAPI document. */

const NUMBERS = { requests: 7, counted: 5, client_errors: 2, limited: 0, server_errors: 0, bytes: 3182 };
const ACCOUNT = '01M7ZAFQWT7HFQ5JR9RDCDAWTA';

/** One real answer per form. */
export const USAGE_EXAMPLES = {
  usage: {
    success: true,
    data: {
      account_id: ACCOUNT,
      from: '2026-10-23',
      to: '2026-11-22',
      usage: [{ day: '2026-11-21', route: null, symbol: null, ...NUMBERS }],
      total: NUMBERS,
    },
  },
  adminUsage: {
    success: true,
    data: [{ account_id: ACCOUNT, account_name: 'Example Ltd', day: null, route: null, symbol: null, ...NUMBERS }],
    total: NUMBERS,
    from: '2026-10-23',
    to: '2026-11-22',
    next_cursor: null,
  },
  adminUsageCsv: `account_id,account_name,requests,counted,client_errors,limited,server_errors,bytes\r\n${ACCOUNT},Example Ltd,7,5,2,0,0,3182\r\n`,
};
