import type { AnalyticsReader, AuditLog, MoodStore } from '@mood/domain';
import type { Context } from 'hono';
import { generateCookie, getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { AuthEnv } from '../auth/guards.ts';
import { cameByPanel } from '../panel/routed-path.ts';
import { appendEarly, setEarly } from './fast/early-headers.ts';

/** What need not be of this moment, and may be read from a replica. */
export interface ReadStores {
  moodHistory: Pick<MoodStore, 'history'>;
  auditLog: Pick<AuditLog, 'page'>;
  analytics: AnalyticsReader;
}

export interface Reads {
  primary: ReadStores;
  /** Absent: there is none. */
  replica?: {
    stores: ReadStores;
    /** Until when everything is in it; undefined: it is not to be used now. */
    asOf: () => Date | undefined;
    /** It is used while it is behind by no more. */
    maxLagSeconds: number;
  };
}

export interface ReadSourceDependencies {
  reads: Reads;
  clock: () => Date;
}

/** Where a browser keeps when its user last changed something by the panel: whichever process answers next, it is not from before that. */
const wroteCookie = 'mood-wrote';
/** How far the clock of a process may be off, in milliseconds. */
const clockSlackMs = 100;
const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Chooses where a request reads, and says as of when in the header `As-Of`: once for all that goes into its answer. */
export function chooseReadStores({ reads, clock }: ReadSourceDependencies, c: Context<AuthEnv>): ReadStores {
  const { primary, replica } = reads;
  const known = replica === undefined || wantsPresent(c) ? undefined : replica.asOf();
  const isEnough = replica !== undefined && known !== undefined && known.getTime() >= wroteAt(c);
  setEarly(c, [['As-Of', (isEnough ? known : clock()).toISOString()]]);
  return isEnough ? replica.stores : primary;
}

const wantsPresent = (c: Context): boolean => /\bno-cache\b/i.test(c.req.header('cache-control') ?? '');

/** In milliseconds. A forged value only leads its sender to the primary. */
function wroteAt(c: Context): number {
  if (!cameByPanel(c)) return 0;
  const written = Number(getCookie(c, wroteCookie));
  return Number.isFinite(written) ? written : 0;
}

/** Notes in the browser when its user changes something by the panel, for as long as the replica may not know of it. */
export function rememberPanelWrites({ reads: { replica }, clock }: ReadSourceDependencies, isOverTls: (c: Context) => boolean) {
  return createMiddleware<AuthEnv>(async (c, next) => {
    await next();
    if (replica === undefined || !cameByPanel(c) || readingMethods.has(c.req.method) || c.res.status >= 400) return;
    const wrote = String(clock().getTime() + clockSlackMs);
    const options = {
      path: '/panel/api',
      secure: isOverTls(c),
      httpOnly: true,
      sameSite: 'Strict',
      maxAge: replica.maxLagSeconds + 1,
    } as const;
    appendEarly(c, 'Set-Cookie', generateCookie(wroteCookie, wrote, options));
  });
}
