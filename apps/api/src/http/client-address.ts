import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;
/** The proxies whose `X-Forwarded-For` is trusted. */
export type TrustedProxies = readonly Range[];

/** What the rate limits and the audit log know about the origin of a request. */
export interface Client {
  /** Undefined without a connection (an app that is called in a test). */
  ip: string | undefined;
  /** The key of the rate limits: an IPv4 address, or the /64 of an IPv6 address, which belongs to one subscriber. */
  limitKey: string;
}

const loopback = ['127.0.0.0/8', '::1/128'];

/** Reads `10.0.0.0/8, 192.0.2.7, loopback`. @throws Error that says which entry is wrong. */
export function parseTrustedProxies(text: string): TrustedProxies {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.flatMap((entry) => (entry === 'loopback' ? loopback : [entry])).map(parseRange);
}

function parseRange(entry: string): Range {
  const [address = '', bits, ...rest] = entry.split('/');
  const max = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const length = bits === undefined ? max : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (rest.length > 0 || address.includes('%') || length < 0 || length > max) {
    throw new Error(`"${entry}" is neither a network (10.0.0.0/8), nor an address, nor "loopback"`);
  }
  return [ipaddr.parse(address), length];
}

/**
 * The client's address: the peer of the connection, or, if that is a trusted proxy, the nearest address in `X-Forwarded-For` that is not a
 * trusted proxy. Entries further to the left may be forged by the client.
 */
export function findClient(peer: string | undefined, forwardedFor: string | undefined, trusted: TrustedProxies): Client {
  let client = parseAddress(peer);
  if (client === undefined) return { ip: undefined, limitKey: 'unknown' };
  const hops = forwardedFor?.split(',') ?? [];
  while (hops.length > 0 && isTrusted(client, trusted)) {
    const next = parseAddress(withoutPort(hops.pop()?.trim()));
    // An entry that cannot be parsed is not guessed at.
    if (next === undefined) break;
    client = next;
  }
  return { ip: client.toString(), limitKey: limitKeyOf(client) };
}

type Address = ReturnType<typeof ipaddr.process>;

function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some((range) => range[0].kind() === address.kind() && address.match(range));
}

function parseAddress(text: string | undefined): Address | undefined {
  const plain = text?.split('%')[0] ?? '';
  return isIP(plain) === 0 ? undefined : ipaddr.process(plain);
}

/** Some proxies write `192.0.2.7:4711` and `[2001:db8::7]:4711`. */
function withoutPort(hop: string | undefined): string | undefined {
  return hop?.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
}

const ipv6GroupsOfNetwork = 4;

function limitKeyOf(address: Address): string {
  if (address.kind() === 'ipv4') return address.toString();
  const groups = address.toNormalizedString().split(':').slice(0, ipv6GroupsOfNetwork);
  return `${groups.join(':')}::/64`;
}
