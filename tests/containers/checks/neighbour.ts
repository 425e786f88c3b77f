import path from 'node:path';
import { must } from '../check.ts';
import type { Check } from '../check.ts';
import { createDeployment } from '../deployment.ts';

export const neighbour: Check = {
  name: 'a second checkout on the same host',
  async run({ system, folder }) {
    // The network of the first one.
    const second = await createDeployment(system.engine, path.join(folder, 'second'), 'mood-test-second', '172.30.243');
    try {
      const refused = await second.shell('docker compose up --detach --wait redis');
      must(refused.code !== 0 && /overlap/i.test(refused.stderr), 'two have the same network', refused.stderr);
      await second.set({ MOOD_NETWORK: '172.30.244' });
      await second.compose(['up', '--detach', '--wait', 'redis']);
      return 'runs with a MOOD_NETWORK of its own';
    } finally {
      await second.remove();
    }
  },
};
