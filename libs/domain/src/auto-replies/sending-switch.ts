import type { Flags } from '../flags/ports.ts';

/** Whether the platform lets automatic replies of this model go out (the flag `auto-replies.send`). */
export function isSendingOn(flags: Flags, modelId: string): boolean | Promise<boolean> {
  return flags.isOn('auto-replies.send', { id: modelId, role: 'model' });
}
