import { demoSubjects } from './demo-people.ts';
import type { Tokens } from './tokens.ts';

const lifetimeSeconds = 600;

/**
 * The service token with which the sandbox's message service calls the mood system: used for several calls, and renewed before it expires.
 */
export function createServiceToken(tokens: Pick<Tokens, 'issue'>, scope: string, now: () => number = Date.now): () => Promise<string> {
  let current: { token: Promise<string>; renewAt: number } | undefined;

  function renew() {
    const request = { role: 'service', subject: demoSubjects.service, scope, expiresIn: lifetimeSeconds } as const;
    const renewed = { token: tokens.issue(request), renewAt: now() + (lifetimeSeconds / 2) * 1_000 };
    // A failed request is forgotten: the next call tries again.
    renewed.token.catch(() => {
      if (current === renewed) current = undefined;
    });
    return renewed;
  }

  return () => {
    if (current === undefined || now() >= current.renewAt) current = renew();
    return current.token;
  };
}
