import { describeError, errorCode } from '@mood/runtime';
import type { RedisTarget } from './redis-url.ts';

const refusal = /\b(NOAUTH|WRONGPASS|NOPERM)\b|invalid password|without any password configured/;

/** Whether Redis answered and refused this login. */
export const isLoginRefusal = (error: unknown): boolean => error instanceof Error && refusal.test(error.message);

const tlsMismatch = /SSL|TLS|EPROTO|RESP type 21|ECONNRESET|closed|certificate/i;

/** Where a Redis is, for logs: hosts and ports, and whether TLS is spoken. Never a user or a password. */
export function addressOf({ kind, nodes, tls, master }: RedisTarget): string {
  const hosts = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
  const through = { standalone: '', cluster: ' (cluster)', sentinel: ` (sentinels of "${master}")` }[kind];
  return `${hosts}${through}${tls ? ' with TLS' : ''}`;
}

/**
 * What is wrong with a Redis, in one line for operators: where it is, and why it cannot be used. Without passwords, also when the
 * server repeats what it was sent.
 * @param error the last thing that went wrong; undefined when there was no answer at all.
 */
export function describeTrouble(target: RedisTarget, error: unknown): string {
  const words = withoutPasswords(whyOf(error), target);
  const address = addressOf(target);
  if (isLoginRefusal(error)) return `Redis at ${address} refuses this login (${words}): check the user and the password in REDIS_URL`;
  return `Redis cannot be reached at ${address} (${words})${adviceOnTls(target, words)}`;
}

const noAnswer = 'no answer';

function whyOf(error: unknown): string {
  if (error === undefined) return noAnswer;
  // A cluster's error carries the error of the last node.
  if (error instanceof Error && 'lastNodeError' in error && error.lastNodeError !== undefined) return whyOf(error.lastNodeError);
  const words = describeError(error);
  return /^(Command|Socket) timed? ?out|^connect ETIMEDOUT$/i.test(words) ? noAnswer : words;
}

function adviceOnTls({ tls }: RedisTarget, words: string): string {
  if (!tlsMismatch.test(words) && !(tls && words === noAnswer)) return '';
  return tls
    ? '; rediss:// needs a server that speaks TLS with a certificate that is trusted here'
    : '; a server that speaks TLS needs rediss://';
}

function withoutPasswords(words: string, { password, sentinelPassword }: RedisTarget): string {
  let shown = words;
  for (const secret of [password, sentinelPassword]) if (secret) shown = shown.replaceAll(secret, '***');
  return shown;
}

const connectionCodes = /^(ECONN\w+|ENOTFOUND|EAI_\w+|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/;
const connectionNames = /^(MaxRetriesPerRequestError|ClusterAllFailedError|AbortError)$/;
const connectionWords =
  /^(Connection is closed|Stream isn't writeable|Command timed out|Socket timeout|connect ETIMEDOUT|All sentinels|Cluster isn't ready)/;

/** Whether an error is about the connection or the login: `createRedisWatch` logs those for the whole process. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isLoginRefusal(error) || connectionNames.test(error.name) || connectionWords.test(error.message)) return true;
  return connectionCodes.test(errorCode(error) ?? '');
}

/** Whether waiting can cure it. What Redis itself refuses (a wrong password, a forbidden command) is a ReplyError; any other error is about the connection. */
export function isRedisOutage(error: unknown): boolean {
  if (isLoginRefusal(error)) return false;
  if (!(error instanceof Error) || error.name !== 'ReplyError') return true;
  return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|UNBLOCKED)/.test(error.message);
}
