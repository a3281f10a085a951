import type { DemoFile } from './demo-folder.js';

/** What the demo prints when everything answers: keys, and lines to paste. */
export function greeting(demo: DemoFile, { market, simulatorLog }: { market: string; simulatorLog: string }): string {
  const { url, free_key: free, pro_key: pro, admin_key: admin } = demo;
  return `
mt5-gateway demo is ready: 15 simulated terminals, ${market}. Nothing here is a real price.

  Swagger UI   ${url}/docs
  FREE key     ${free}
  PRO key      ${pro}
  admin key    ${admin}
  bridge       ${demo.bridge}
  terminals    what they say is in ${simulatorLog}

Try it:

  curl -s '${url}/api/health'
  curl -s -H 'X-API-Key: ${free}' '${url}/api/v1/indicators/EURUSD/H1?bars=100'
  curl -s -H 'X-API-Key: ${pro}' '${url}/api/v1/candles/XAUUSD/M5?bars=5'
  curl -s -H 'X-API-Key: ${pro}' '${url}/api/v1/symbols'
  curl -s -H 'X-API-Key: ${free}' '${url}/api/v1/me'
  curl -s -H 'X-API-Key: ${admin}' '${url}/api/v1/admin/terminals'
  curl -s '${url}/metrics'

Ctrl-C ends everything.
`;
}
