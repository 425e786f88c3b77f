import { withinTime } from '../lifecycle.ts';
import { keptFor } from './kept-for.ts';

/** What was found about something that this process needs. The message is safe to show to anybody. */
export interface Finding {
  status: 'healthy' | 'down' | 'not configured';
  latencyMs?: number;
  message?: string;
}

export type Probe = () => Promise<Finding>;

export interface ProbeOptions {
  /** What takes longer counts as down, in milliseconds. */
  limitMs?: number;
  /** How old an answer may be, in milliseconds. */
  keepMs?: number;
}

/**
 * Asks something whether it works. Answers in time whatever happens, never throws, and never asks anew while a question is open: what
 * hangs is not piled up. An error's words stay inside.
 */
export function createProbe(ask: (signal: AbortSignal) => Promise<unknown>, { limitMs = 1_000, keepMs = 1_000 }: ProbeOptions = {}): Probe {
  let asking: Promise<unknown> | undefined;

  async function look(): Promise<Finding> {
    const started = performance.now();
    asking ??= ask(AbortSignal.timeout(limitMs)).finally(() => {
      asking = undefined;
    });
    try {
      if ((await withinTime(limitMs, asking)) === 'timed out') return { status: 'down', message: `no answer within ${limitMs} ms` };
      return { status: 'healthy', latencyMs: Math.round((performance.now() - started) * 10) / 10 };
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError')
        return { status: 'down', message: `no answer within ${limitMs} ms` };
      return { status: 'down', message: 'cannot be reached, or refuses to work' };
    }
  }
  return keptFor(keepMs, look);
}

/** Of something that this process has been told nothing of. */
export const notConfigured: Probe = async () => ({ status: 'not configured' });
