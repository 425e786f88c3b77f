export interface RedisNode {
  host: string;
  port: number;
}

/** Where a Redis is, and who we are there. */
export interface RedisTarget {
  kind: 'standalone' | 'sentinel' | 'cluster';
  /** TLS to every node, its certificate checked. */
  tls: boolean;
  /** The server; the sentinels; or some of the cluster's nodes, from which the others are learnt. */
  nodes: readonly [RedisNode, ...RedisNode[]];
  username: string | undefined;
  password: string | undefined;
  db: number;
  /** The name that the sentinels know the master by. */
  master: string | undefined;
  sentinelPassword: string | undefined;
}

const form = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^@]*)@)?([^@/?#]*)(.*)$/s;
const defaultPort = { standalone: 6_379, sentinel: 26_379, cluster: 6_379 };

/**
 * Reads `redis://`, `redis+sentinel://` and `redis+cluster://`, each with a second `s` (`rediss…`) for TLS:
 *
 *     redis://user:password@host:6379/0
 *     redis+sentinel://user:password@host:26379,host:26379/master?db=0&sentinelPassword=…
 *     redis+cluster://user:password@host:6379,host:6379
 *
 * @throws Error that says what is wrong and quotes none of it: there may be a password in it.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const [whole, secure, topology, user = '', hosts = '', rest = ''] = form.exec(url) ?? [];
  if (whole === undefined) throw new Error('expected redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS');
  const kind = topology === 'sentinel' || topology === 'cluster' ? topology : 'standalone';
  // URLs have one host: each is read as the host of a URL of its own.
  const [first, ...others] = hosts.split(',').map((host) => readUrl(`redis://${user}@${host}${rest}`, host));
  if (first === undefined) throw new Error('a host is missing');
  if (kind === 'standalone' && others.length > 0) throw new Error('several hosts need redis+sentinel:// or redis+cluster://');
  const path = first.pathname.replace(/^\//, '');
  if (kind === 'sentinel' && path === '') throw new Error('redis+sentinel:// needs the name of the master as its path');
  if (kind === 'cluster' && path !== '') throw new Error('a cluster has no numbered databases: leave the path away');
  const node = ({ hostname, port }: URL): RedisNode => ({
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? defaultPort[kind] : Number(port),
  });
  return {
    kind,
    tls: secure === 's',
    nodes: [node(first), ...others.map(node)],
    username: decoded(first.username),
    password: decoded(first.password),
    db: databaseNumber(kind === 'sentinel' ? first.searchParams.get('db') : path),
    master: kind === 'sentinel' ? decoded(path) : undefined,
    sentinelPassword: first.searchParams.get('sentinelPassword') ?? undefined,
  };
}

function readUrl(url: string, host: string): URL {
  if (host === '') throw new Error('a host is missing');
  if (!URL.canParse(url)) throw new Error('it cannot be read as a URL');
  return new URL(url);
}

function decoded(text: string): string | undefined {
  try {
    return text === '' ? undefined : decodeURIComponent(text);
  } catch {
    throw new Error('a percent sign in it is not followed by two digits: write it as %25');
  }
}

function databaseNumber(text: string | null): number {
  if (!/^\d{0,5}$/.test(text ?? '')) throw new Error('the number of the database is no number');
  return Number(text ?? '');
}
