import { Inject, Injectable } from '@nestjs/common';
import { errorCode } from '../database/database-away.js';
import { Database, type RowValues } from '../database/database.js';
import { type UsageBatch, type UsageDimension, type UsageQuery, UsageStore, type UsageSum } from './usage-store.js';
import type { UsageCounts } from './usage-tally.js';
import { UsageRefusedError } from './usage.errors.js';

/** Longer than any spooled batch that is still worth reading. */
const BATCHES_KEPT = "interval '90 days'";

/**
 * One statement, so it is one transaction also behind a pooler: the sums are only added where the batch's id is new.
 * Sorted, so that two replicas lock rows in the same order. $1 the batch, $2 a batch to forget, $3 to $12 one array for
 * each column.
 */
const ADD = `
  WITH fresh AS (
    INSERT INTO usage_batch (id) VALUES ($1) ON CONFLICT (id) DO NOTHING RETURNING id
  ), forgotten AS (
    DELETE FROM usage_batch WHERE id = $2
  )
  INSERT INTO usage_day AS known
    (account_id, day, route, symbol, requests, counted, client_errors, limited, server_errors, bytes)
  SELECT added.* FROM fresh, unnest(
      $3::text[], $4::date[], $5::text[], $6::text[], $7::int8[], $8::int8[], $9::int8[], $10::int8[], $11::int8[],
      $12::int8[]
    ) AS added (account_id, day, route, symbol, requests, counted, client_errors, limited, server_errors, bytes)
  ORDER BY added.account_id, added.day, added.route, added.symbol
  ON CONFLICT (account_id, day, route, symbol) DO UPDATE SET
    requests = known.requests + excluded.requests,
    counted = known.counted + excluded.counted,
    client_errors = known.client_errors + excluded.client_errors,
    limited = known.limited + excluded.limited,
    server_errors = known.server_errors + excluded.server_errors,
    bytes = known.bytes + excluded.bytes`;
const COLUMNS = 10;

const SUMS = `coalesce(sum(requests), 0), coalesce(sum(counted), 0), coalesce(sum(client_errors), 0),
  coalesce(sum(limited), 0), coalesce(sum(server_errors), 0), coalesce(sum(bytes), 0)`;
const NAMED_SUMS = `sum(requests) AS requests, sum(counted) AS counted, sum(client_errors) AS client_errors,
  sum(limited) AS limited, sum(server_errors) AS server_errors, sum(bytes) AS bytes`;
const COUNTS = 'requests, counted, client_errors, limited, server_errors, bytes';

const COLUMN: Readonly<Record<UsageDimension, string>> = {
  account: 'account_id',
  day: 'day',
  route: 'route',
  symbol: 'symbol',
};
/** Text in one form, whatever the session's date style. */
const SHOWN: Readonly<Record<UsageDimension, string>> = {
  account: 'account_id',
  day: `to_char(day, 'YYYY-MM-DD')`,
  route: 'route',
  symbol: 'symbol',
};
const TYPE: Readonly<Record<UsageDimension, string>> = { account: 'text', day: 'date', route: 'text', symbol: 'text' };

/** Keeps sums in table `usage_day`. */
@Injectable()
export class PostgresUsageStore extends UsageStore {
  constructor(@Inject(Database) private readonly database: Pick<Database, 'rows' | 'readRows'>) {
    super();
  }

  override async add(batch: UsageBatch, confirmed?: string): Promise<void> {
    const columns = Array.from({ length: COLUMNS }, (_, column) => batch.rows.map((row) => row[column]));
    try {
      await this.database.rows(ADD, [batch.id, confirmed ?? null, ...columns]);
    } catch (error) {
      // Classes 22 and 23: the content of the rows is at fault, so a repetition would fail too.
      throw /^2[23]/.test(errorCode(error)) ? new UsageRefusedError(error) : error;
    }
  }

  override async forgetOldBatches(): Promise<void> {
    await this.database.rows(`DELETE FROM usage_batch WHERE at < now() - ${BATCHES_KEPT}`, []);
  }

  override async sums(query: UsageQuery): Promise<readonly UsageSum[]> {
    const { groupBy, limit } = query;
    const columns = groupBy.map((dimension) => COLUMN[dimension]).join(', ');
    const { condition, values } = conditionOf(query);
    const grouped = `SELECT ${columns}, ${NAMED_SUMS} FROM usage_day WHERE ${condition}
      GROUP BY ${columns} ORDER BY ${columns} LIMIT $${values.length + 1}`;
    const rows = await this.database.readRows(named(grouped, groupBy, columns), [...values, limit]);
    return rows.map((row) => sumOf(row, groupBy.length));
  }

  override async top({ from, to, limit }: Pick<UsageQuery, 'from' | 'to' | 'limit'>): Promise<readonly UsageSum[]> {
    const grouped = `SELECT account_id, ${NAMED_SUMS} FROM usage_day WHERE day >= $1 AND day < $2
      GROUP BY account_id ORDER BY counted DESC, requests DESC, account_id LIMIT $3`;
    const text = named(grouped, ['account'], 'counted DESC, requests DESC, account_id');
    return (await this.database.readRows(text, [from, to, limit])).map((row) => sumOf(row, 1));
  }

  override async total(query: Pick<UsageQuery, 'from' | 'to' | 'accountId'>): Promise<UsageCounts> {
    const { condition, values } = conditionOf(query);
    const [row = []] = await this.database.readRows(`SELECT ${SUMS} FROM usage_day WHERE ${condition}`, values);
    return countsOf(row);
  }
}

function conditionOf({ from, to, accountId, groupBy, after }: Partial<UsageQuery>) {
  const values: unknown[] = [from, to];
  const conditions = ['day >= $1::date', 'day < $2::date'];
  if (accountId !== undefined) conditions.push(`account_id = $${values.push(accountId)}`);
  if (groupBy !== undefined && after !== undefined) {
    const places = groupBy.map((dimension, index) => `$${values.push(after[index])}::${TYPE[dimension]}`);
    conditions.push(`(${groupBy.map((dimension) => COLUMN[dimension]).join(', ')}) > (${places.join(', ')})`);
  }
  return { condition: conditions.join(' AND '), values };
}

/** Looks the name up for the rows of the page only. */
function named(grouped: string, groupBy: readonly UsageDimension[], order: string): string {
  const shown = groupBy.map((dimension) => SHOWN[dimension]).join(', ');
  if (!groupBy.includes('account')) {
    return `SELECT ${shown}, ${COUNTS}, NULL FROM (${grouped}) AS page ORDER BY ${order}`;
  }
  return `SELECT ${shown}, ${COUNTS}, account.name FROM (${grouped}) AS page
    LEFT JOIN account ON account.id = page.account_id ORDER BY ${order}`;
}

function sumOf(row: RowValues, groups: number): UsageSum {
  const name = row.at(-1);
  return {
    group: row.slice(0, groups).map(String),
    ...countsOf(row.slice(groups)),
    accountName: typeof name === 'string' ? name : undefined,
  };
}

function countsOf(row: RowValues): UsageCounts {
  const [requests, counted, clientErrors, limited, serverErrors, bytes] = row.map(Number);
  return {
    requests: requests ?? 0,
    counted: counted ?? 0,
    clientErrors: clientErrors ?? 0,
    limited: limited ?? 0,
    serverErrors: serverErrors ?? 0,
    bytes: bytes ?? 0,
  };
}
