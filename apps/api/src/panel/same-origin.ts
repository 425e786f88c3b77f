import type { Context } from 'hono';
import { NotPermitted } from '../auth/errors.ts';

const reading = new Set(['GET', 'HEAD']);

/** Refuses what another site makes a browser ask for with the session of this one. @throws NotPermitted. */
export type RefuseOtherSites = (c: Context) => void;

/**
 * Protection against requests that other sites forge (CSRF). Browsers name where each request comes from in `Sec-Fetch-Site`, which no page can
 * set, but not over plain HTTP to another machine. There `Origin` counts, which browsers send with every change and no page can set either: it
 * has to be exactly that of our own pages. A change without either is refused. A reading may also be typed into the address bar, or come from
 * a browser that says nothing: it changes nothing, and other sites cannot see the answer.
 * @param publicUrl where browsers find the API; the host that they ask for when absent.
 */
export function createSameOriginRule({
  publicUrl,
  isOverTls,
}: {
  publicUrl: string | undefined;
  isOverTls: (c: Context) => boolean;
}): RefuseOtherSites {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  const ownOrigin = (c: Context) => publicOrigin ?? URL.parse(`${isOverTls(c) ? 'https' : 'http'}://${c.req.header('host') ?? ''}`)?.origin;

  return (c) => {
    const site = c.req.header('sec-fetch-site');
    if (site === 'same-origin') return;
    if (reading.has(c.req.method) && (site === undefined || site === 'none')) return;
    const origin = c.req.header('origin');
    if (site === undefined && origin !== undefined && origin !== 'null' && origin === ownOrigin(c)) return;
    throw new NotPermitted(
      site === undefined
        ? `This has to be asked for on a page of the panel itself, at ${ownOrigin(c) ?? 'its own address'}. Open the panel at that address.`
        : 'This has to be asked for on a page of the panel itself.',
    );
  };
}
