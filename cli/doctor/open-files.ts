import { describeConnections, type EnvironmentSource, loadSettings } from '../../src/config/index.js';
import type { Finding } from './finding.js';

const WHAT = 'open files';

/**
 * Limit of open files of the running gateway, its open files, and their division; without a gateway the limit of this
 * shell, which would start one.
 */
export function checkOpenFiles(environment: EnvironmentSource, metrics: string | undefined): Finding {
  const limitOfGateway = metrics === undefined ? undefined : valueOf(metrics, 'process_max_fds');
  const { connections } = loadSettings(environment, limitOfGateway);
  const { descriptorLimit: max } = connections;
  const { summary, advice } = describeConnections(connections);
  if (max !== undefined && max < connections.lowestDescriptorLimit) {
    const detail = `${max} may be open, at least ${connections.lowestDescriptorLimit} are needed (ulimit -n)`;
    return { what: WHAT, state: 'FAIL', detail };
  }
  const open = metrics === undefined ? undefined : valueOf(metrics, 'process_open_fds');
  const use = open === undefined ? '' : `, ${open} are open now`;
  return { what: WHAT, state: 'ok', detail: `${summary}${use}${advice === undefined ? '' : `; ${advice}`}` };
}

/** Value of a family without labels. */
function valueOf(metrics: string, family: string): number | undefined {
  const value = new RegExp(`^${family} (\\S+)$`, 'm').exec(metrics)?.[1];
  return value === undefined ? undefined : Number(value);
}
