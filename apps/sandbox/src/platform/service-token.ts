import { demoSubjects } from './demo-people.ts';
import type { Tokens } from './tokens.ts';

const lifetimeSeconds = 600;

/** The token by which the platform's message service asks the mood system to render: one for several calls, renewed in time. */
export function createServiceToken(tokens: Pick<Tokens, 'issue'>, now: () => number = Date.now): () => Promise<string> {
  let current: { token: Promise<string>; renewAt: number } | undefined;

  function renew() {
    const request = { role: 'service', subject: demoSubjects.service, scope: 'mood:render', expiresIn: lifetimeSeconds } as const;
    const renewed = { token: tokens.issue(request), renewAt: now() + (lifetimeSeconds / 2) * 1_000 };
    // A failure is not kept: the next call tries again.
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
