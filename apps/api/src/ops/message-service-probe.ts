import { createProbe } from '@mood/runtime';
import type { Probe } from '@mood/runtime';

/**
 * Whether the Message Service answers. Any answer that is not a fault of its own will do: what it has at `/health`, if anything, is its
 * affair. The API sends nothing through it, so there is no last outcome to go by.
 */
export function createMessageServiceProbe(baseUrl: string): Probe {
  return createProbe(async (signal) => {
    const response = await fetch(`${baseUrl}/health`, { signal, redirect: 'manual' });
    await response.body?.cancel();
    if (response.status >= 500) throw new Error(`the message service answered ${response.status}`);
  });
}
