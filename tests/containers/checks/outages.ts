import { randomUUID } from 'node:crypto';
import { eventually } from '@mood/testing/eventually';
import { must } from '../check.ts';
import type { Check, Context } from '../check.ts';

const recoveryMs = 120_000;

/**
 * SIGKILL to the process itself, as the kernel does it: Docker takes `docker kill` for a wish, and leaves it dead. Resolves when Docker has
 * started it again.
 */
async function killProcessOf(system: Context['system'], container: string): Promise<void> {
  const look = async () => (await system.docker(['inspect', '--format', '{{.State.Pid}} {{.State.StartedAt}}', container])).trim();
  const before = await look();
  const [pid = 0] = before.split(' ').map(Number);
  must(pid > 1, 'the container has no process on this machine', pid);
  process.kill(pid, 'SIGKILL');
  const startedAgain = (now: string) => now.split(' ')[1] !== before.split(' ')[1] && !now.startsWith('0 ');
  await eventually(look, startedAgain, recoveryMs);
}

const health = async (system: Context['system'], container: string) =>
  (await system.docker(['inspect', '--format', '{{.State.Status}} {{.State.Health.Status}}', container])).trim();

async function untilHealthy(system: Context['system'], container: string): Promise<void> {
  await eventually(
    () => health(system, container),
    (state) => state === 'running healthy',
    recoveryMs,
  );
}

const untilChanged = ({ people }: Context, mood: string) =>
  eventually(
    () => people.change(mood),
    (status) => status === 200,
    recoveryMs,
  );

async function replyArrives({ people }: Context): Promise<void> {
  const conversation = randomUUID();
  const [user = ''] = await people.platform.createUsers();
  await people.platform.userWrites(conversation, user, people.modelId);
  await eventually(
    () => people.platform.automatedMessages(conversation),
    (messages) => messages.length === 1,
    recoveryMs,
  );
}

export const killedApi: Check = {
  name: 'an API that is killed, and a worker',
  async run({ system, people }) {
    const failed: string[] = [];
    for (const service of ['api', 'worker']) {
      const [first = ''] = await system.containersOf(service);
      const traffic = await people.during(async () => {
        await killProcessOf(system, first);
        await untilHealthy(system, first);
      });
      // What it had begun to answer is lost with it; nothing else is.
      must(traffic.failed <= 10, `${traffic.failed} of ${traffic.sent} failed`, traffic.failures);
      failed.push(`${service}: ${traffic.failed} of ${traffic.sent} failed ${JSON.stringify(traffic.failures)}`);
      const after = await people.during(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
      must(after.failed === 0, 'requests fail afterwards', after.failures);
    }
    return failed.join('; ');
  },
};

export const frozenApi: Check = {
  name: 'an API that hangs is unhealthy within 12 s, and left out',
  async run({ system, people }) {
    const [first = ''] = await system.containersOf('api');
    await system.docker(['kill', '--signal', 'STOP', first]);
    const began = performance.now();
    try {
      await eventually(
        () => health(system, first),
        (state) => state.endsWith('unhealthy'),
        60_000,
      );
      const seconds = (performance.now() - began) / 1_000;
      const traffic = await people.during(() => new Promise((resolve) => setTimeout(resolve, 3_000)));
      must(traffic.failed === 0, `${traffic.failed} of ${traffic.sent} failed`, traffic.failures);
      must(seconds <= 12, 'it took too long', `${seconds.toFixed(1)} s`);
      return `after ${seconds.toFixed(1)} s; then ${traffic.failed} of ${traffic.sent} failed`;
    } finally {
      await system.docker(['kill', '--signal', 'CONT', first]);
      await untilHealthy(system, first);
    }
  },
};

export const database: Check = {
  name: 'PostgreSQL is stopped, and killed',
  async run(context) {
    const { system, people } = context;
    await untilChanged(context, 'positive');
    await people.read();
    await system.compose(['stop', 'postgres']);
    const away = await eventually(
      () => people.read(),
      ({ status }) => status === 200,
      recoveryMs,
    );
    must((await people.change('negative')) === 503, 'a change is not 503 without the database');
    await system.compose(['up', '--detach', '--wait', 'postgres']);
    await untilChanged(context, 'negative');

    const [container = ''] = await system.containersOf('postgres');
    await killProcessOf(system, container);
    await untilHealthy(system, container);
    const kept = await eventually(
      () => people.read(),
      ({ status, degraded }) => status === 200 && !degraded,
      recoveryMs,
    );
    must(kept.moodState === 'negative', 'what was changed is lost', kept);
    await untilChanged(context, 'positive');
    return `readings meanwhile ${away.status}${away.degraded ? ' (degraded)' : ''}, changes 503, nothing lost`;
  },
};

export const redis: Check = {
  name: 'Redis is stopped, and killed',
  async run(context) {
    const { system, people } = context;
    const replies = { moodState: 'positive', autoRespond: true, responseDelay: 1 };
    await eventually(
      () => people.update(replies),
      (status) => status === 200,
      recoveryMs,
    );
    await replyArrives(context);
    await system.compose(['stop', 'redis']);
    must((await people.read()).status === 200, 'a reading fails without Redis');
    must((await people.update(replies)) === 200, 'a change fails without Redis');
    await system.compose(['up', '--detach', '--wait', 'redis']);
    await replyArrives(context);

    const [container = ''] = await system.containersOf('redis');
    await killProcessOf(system, container);
    must((await people.update(replies)) === 200, 'a change fails while Redis starts');
    await untilHealthy(system, container);
    await replyArrives(context);
    return 'readings and changes go on, replies go out afterwards';
  },
};
