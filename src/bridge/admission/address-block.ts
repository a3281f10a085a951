import { isIPv6 } from 'node:net';

/** Groups of an IPv6 address that name its network; each host in it chooses the others freely. */
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;

/** The unit of limits per address: an IPv4 address, or the /64 network of IPv6, all of which one host may use. */
export function addressBlock(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array.from({ length: ALL_GROUPS - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

function groupsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':');
}
