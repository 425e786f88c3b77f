import { TimeLimitExceeded, withinTime } from '../lifecycle.ts';
import { keptFor } from './kept-for.ts';

/** What was found about something that this process needs. The message is safe to show to anybody. */
export interface Finding {
  /** `read-only`: it answers, and changes nothing. */
  status: 'healthy' | 'read-only' | 'down' | 'not configured';
  latencyMs?: number;
  message?: string;
}

export type Probe = () => Promise<Finding>;

export interface ProbeOptions<Answer> {
  /** What an answer says; healthy when undefined. */
  judge?: (answer: Answer) => Pick<Finding, 'status' | 'message'> | undefined;
  /** What takes longer counts as down, in milliseconds. */
  limitMs?: number;
  /** How old an answer may be, in milliseconds. */
  keepMs?: number;
}

/**
 * Asks something whether it works. Answers in time whatever happens, never throws, and never asks anew while a question is open: what
 * hangs is not piled up. An error's words stay inside.
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

/** Of something that this process has been told nothing of. */
export const notConfigured: Probe = async () => ({ status: 'not configured' });
