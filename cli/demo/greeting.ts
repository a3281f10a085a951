import type { Settings } from '../../src/config/index.js';
import type { DemoFile } from './demo-folder.js';
import { exampleFor } from './examples.js';

/** Text that the demo prints when everything answers: keys, and lines to paste. */
export function greeting(
  demo: DemoFile,
  { settings, market, simulatorLog }: { settings: Settings; market: string; simulatorLog: string },
): string {
  const { url, free_key: free, pro_key: pro, admin_key: admin } = demo;
  const terminals = settings.terminals.terminals.length;
  return `
mt5-gateway demo is ready: ${terminals} simulated terminals, ${market}. Nothing here is a real price.

  Swagger UI   ${url}/docs (customers) and ${url}/docs/admin (admins)
  FREE key     ${free}
  PRO key      ${pro}
  admin key    ${admin}
  bridge       ${demo.bridge}
  terminals    what they say is in ${simulatorLog}

Try it:

${curlLines(demo, settings)
  .map((line) => `  ${line}`)
  .join('\n')}

Ctrl-C ends everything.
`;
}

function curlLines({ url, free_key: free, pro_key: pro, admin_key: admin }: DemoFile, settings: Settings): string[] {
  const line = (path: string, key?: string) =>
    `curl -s ${key === undefined ? '' : `-H 'X-API-Key: ${key}' `}'${url}${path}'`;
  const lines = exampleFor('FREE', settings, { symbol: 'EURUSD', timeframe: 'H1' });
  const bars = exampleFor('PRO', settings, { symbol: 'XAUUSD', timeframe: 'M5' });
  return [
    line('/api/health'),
    ...(lines ? [line(`/api/v1/indicators/${lines.symbol}/${lines.timeframe}?bars=100`, free)] : []),
    ...(bars ? [line(`/api/v1/candles/${bars.symbol}/${bars.timeframe}?bars=5`, pro)] : []),
    line('/api/v1/symbols', pro),
    line('/api/v1/me', free),
    line('/api/v1/admin/terminals', admin),
    line('/metrics'),
  ];
}
