import type { Service } from '@mood/runtime';
import { startPlatform } from './start-platform.ts';
import type { PlatformOptions, RunningPlatform } from './start-platform.ts';

/** The platform as one of a process's services. */
export function createPlatformService(options: PlatformOptions): Service {
  let running: RunningPlatform | undefined;
  return {
    name: 'platform',
    async start() {
      running = await startPlatform(options);
    },
    stop: async () => running?.stop(),
  };
}
