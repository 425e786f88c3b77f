import { demoSubjects } from './demo-people.ts';
import type { Tokens } from './tokens.ts';

const lifetimeSeconds = 600;

/** The token by which the platform's message service asks the mood system to render: one for several calls, renewed in time. */
export function createServiceToken(tokens: Tokens): () => Promise<string> {
  let current: { token: Promise<string>; renewAt: number } | undefined;
  return () => {
    if (current === undefined || Date.now() >= current.renewAt) {
      const request = { role: 'service', subject: demoSubjects.service, scope: 'mood:render', expiresIn: lifetimeSeconds } as const;
      current = { token: tokens.issue(request), renewAt: Date.now() + (lifetimeSeconds / 2) * 1_000 };
    }
    return current.token;
  };
}
