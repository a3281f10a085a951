import type { Finding } from './finding.js';

interface Placed {
  readonly id: string;
  readonly host: string;
}

/**
 * One row for each host: whether its agent is connected, and whether the programs of its terminals run. The gateway
 * works without agents, so a host without one is no fault; a program that its agent does not keep running is one.
 */
export function checkAgents(terminals: readonly Placed[], metrics: string | undefined): readonly Finding[] {
  const hosts = [...new Set(terminals.map(({ host }) => host))];
  return hosts.map((host) => checkAgent(host, terminals, metrics));
}

function checkAgent(host: string, terminals: readonly Placed[], metrics: string | undefined): Finding {
  const what = `agent ${host}`;
  if (metrics === undefined) return { what, state: '-', detail: 'unknown without the gateway' };
  if (valueOf(metrics, 'mt5gw_agent_up', host) !== 1) return { what, state: '-', detail: 'not attached' };
  const states = terminals
    .filter((terminal) => terminal.host === host)
    .map(({ id }) => ({ id, up: valueOf(metrics, 'mt5gw_agent_process_up', id) }));
  const down = states.filter(({ up }) => up === 0).map(({ id }) => id);
  const strange = states.filter(({ up }) => up === undefined).map(({ id }) => id);
  const running = `attached, ${states.length - down.length - strange.length} of ${states.length} programs run`;
  const missing = [
    ...(down.length > 0 ? [`down: ${down.join(', ')}`] : []),
    ...(strange.length > 0 ? [`not looked after: ${strange.join(', ')}`] : []),
  ];
  return { what, state: missing.length > 0 ? 'FAIL' : 'ok', detail: [running, ...missing].join('; ') };
}

/** Value of a family with one label; undefined without such a row. */
function valueOf(metrics: string, family: string, label: string): number | undefined {
  const rows = [...metrics.matchAll(/^(\w+)\{\w+="([^"]*)"\} (\S+)$/gm)];
  const row = rows.find(([, name, value]) => name === family && value === label);
  return row && Number(row[3]);
}
