import type { Context } from 'hono';

/** The proxy's word, trusted from anybody: a client that forges it only gets a cookie that its own browser uses less. */
const proxySays = (c: Context): boolean => c.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';

/**
 * Whether browsers come over TLS: the API speaks it itself, its public address says so, or a proxy does.
 * @returns what tells it of a request.
 */
export function tellTls({ overTls, publicUrl }: { overTls: boolean; publicUrl: string | undefined }): (c: Context) => boolean {
  const isAlways = overTls || publicUrl?.startsWith('https:') === true;
  return (c) => isAlways || proxySays(c);
}
