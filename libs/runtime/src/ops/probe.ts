import { TimeLimitExceeded, withinTime } from '../lifecycle.ts';
import { keptFor } from './kept-for.ts';

/** What a probe found out about a dependency. The message is safe to show to anybody. */
export interface Finding {
  /** `read-only`: it answers, and accepts no changes. */
  status: 'healthy' | 'read-only' | 'down' | 'not configured';
  latencyMs?: number;
  message?: string;
}

export type Probe = () => Promise<Finding>;

export interface ProbeOptions<Answer> {
  /** Judges an answer; undefined means healthy. */
  judge?: (answer: Answer) => Pick<Finding, 'status' | 'message'> | undefined;
  /** Time limit in milliseconds; beyond it the dependency counts as down. */
  limitMs?: number;
  /** How long an answer is cached, in milliseconds. */
  keepMs?: number;
}

/**
 * Checks a dependency. Always answers in time, never throws, and never starts a check while one is running, so that checks of a hanging
 * dependency do not pile up. Error messages are not shown.
 */
export function createProbe<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  { judge, limitMs = 1_000, keepMs = 1_000 }: ProbeOptions<Answer> = {},
): Probe {
  let asking: Promise<Answer> | undefined;

  async function look(): Promise<Finding> {
    const started = performance.now();
    asking ??= ask(AbortSignal.timeout(limitMs)).finally(() => {
      asking = undefined;
    });
    try {
      const answer = await withinTime(limitMs, asking);
      const latencyMs = Math.round((performance.now() - started) * 10) / 10;
      return { ...(judge?.(answer) ?? { status: 'healthy' as const }), latencyMs };
    } catch (error) {
      if (error instanceof TimeLimitExceeded || (error instanceof DOMException && error.name === 'TimeoutError'))
        return { status: 'down', message: `no answer within ${limitMs} ms` };
      return { status: 'down', message: 'cannot be reached, or refuses to work' };
    }
  }
  return keptFor(keepMs, look);
}

/** The finding for a dependency that is not configured. */
export const notConfigured: Probe = async () => ({ status: 'not configured' });
