/** An address as 128 bits; IPv4 is mapped into IPv6 (::ffff:0:0/96), so that both spellings of it are the same. */
type Bits = bigint;

interface Network {
  readonly first: Bits;
  /** Bits on the right that do not count. */
  readonly hostBits: bigint;
}

const MAX_LENGTH = 49;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const IPV4_MAPPED: Bits = 0xffffn << 32n;
const GROUPS = 8;

function ipv4Bits(text: string): Bits | undefined {
  const parts = IPV4.exec(text)?.slice(1);
  // A leading zero is octal to some programs and decimal to others.
  if (parts === undefined || parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) {
    return undefined;
  }
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

/** Groups on one side of `::`; a dotted address may stand for the last two. */
function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const words = text.split(':');
  const last = words.at(-1) ?? '';
  const dotted = last.includes('.') ? ipv4Bits(last) : undefined;
  if (last.includes('.')) {
    if (dotted === undefined) return undefined;
    words.pop();
  }
  if (words.some((word) => !/^[0-9a-f]{1,4}$/i.test(word))) return undefined;
  const groups = words.map((word) => BigInt(`0x${word}`));
  return dotted === undefined ? groups : [...groups, dotted >> 16n, dotted & 0xffffn];
}

function ipv6Bits(text: string): Bits | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  // Only the last half may end in a dotted address.
  if (halves.length === 2 && halves[0]?.includes('.')) return undefined;
  const [left, right] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (left === undefined || right === undefined) return undefined;
  const missing = GROUPS - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => 0n), ...right];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** An address as it is compared; undefined when the text is none (zones and ports are none either). */
function addressBits(text: string): Bits | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (text.includes(':')) return ipv6Bits(text);
  const bits = ipv4Bits(text);
  return bits === undefined ? undefined : IPV4_MAPPED | bits;
}

/** An address or a network in CIDR notation. */
function networkOf(text: string): Network | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const bits = addressBits(address);
  if (bits === undefined || rest.length > 0) return undefined;
  if (length === undefined) return { first: bits, hostBits: 0n };
  const width = address.includes(':') ? 128 : 32;
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > width) return undefined;
  const hostBits = BigInt(width - Number(length));
  return { first: (bits >> hostBits) << hostBits, hostBits };
}

/** Whether a text is one address: `192.0.2.7`, `2001:db8::1`. */
export function isAddress(text: string): boolean {
  return addressBits(text) !== undefined;
}

/** Whether a text is an address or a network: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. */
export function isAddressOrNetwork(text: string): boolean {
  return networkOf(text) !== undefined;
}

const parsed = new WeakMap<readonly string[], readonly Network[]>();

/** Whether an address lies in one of the networks. An empty list holds every address; what is no address is in no list. */
export function holdsAddress(list: readonly string[], address: string): boolean {
  if (list.length === 0) return true;
  const bits = addressBits(address);
  if (bits === undefined) return false;
  let networks = parsed.get(list);
  if (networks === undefined) {
    networks = list.map(networkOf).filter((network) => network !== undefined);
    parsed.set(list, networks);
  }
  return networks.some(({ first, hostBits }) => bits >> hostBits === first >> hostBits);
}

/** The holder of one IPv6 address usually holds its whole /64 network, so its addresses count as one. */
export function addressGroup(address: string): string {
  const bits = address.includes(':') ? addressBits(address) : undefined;
  if (bits === undefined) return address.slice(0, MAX_LENGTH);
  return bits >> 32n === 0xffffn ? bits.toString(16) : (bits >> 64n).toString(16);
}
