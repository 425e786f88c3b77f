/** Whether waiting can cure it. What Redis itself refuses (a wrong password, a command that is not allowed) is a ReplyError; anything else is the connection. */
export function isRedisOutage(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return true;
  return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|UNBLOCKED)/.test(error.message);
}
