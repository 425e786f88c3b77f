import { isLoginRefusal } from './describe-trouble.ts';

const connectionCodes = /^(ECONN\w+|ENOTFOUND|EAI_\w+|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/;
const connectionNames = /^(MaxRetriesPerRequestError|ClusterAllFailedError|AbortError)$/;
const connectionWords =
  /^(Connection is closed|Stream isn't writeable|Command timed out|Socket timeout|connect ETIMEDOUT|All sentinels|Cluster isn't ready)/;

/** Whether an error says that the connection is not there or does not let us in: what `createRedisWatch` tells for the whole process. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isLoginRefusal(error) || connectionNames.test(error.name) || connectionWords.test(error.message)) return true;
  return 'code' in error && connectionCodes.test(String(error.code));
}

/** Whether waiting can cure it. What Redis itself refuses (a wrong password, a command that is not allowed) is a ReplyError; anything else is the connection. */
export function isRedisOutage(error: unknown): boolean {
  if (isLoginRefusal(error)) return false;
  if (!(error instanceof Error) || error.name !== 'ReplyError') return true;
  return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|UNBLOCKED)/.test(error.message);
}
