import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRedisWatch, findRedisProblem } from '@mood/redis';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createCertificates } from '@mood/testing/certificates';
import type { Certificates } from '@mood/testing/certificates';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { spawnNodeProcess } from '@mood/testing/process';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { sideBySide } from '@mood/testing/side-by-side';
import { standIn, stopStandIns } from '@mood/testing/stand-ins';
import { patientWithDatabase, startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const password = 'Zx8-never-in-a-log-5';
const userinfo = `mood:${password}`;
/** What one of the lines says: 2 s of patience, a round of the watch, and what a busy machine needs. */
const saidWithinMs = 20_000;

/** A listener that treats whoever connects as it is told. @returns its port. */
const listen = async (server: Server) => Number(new URL(await standIn(server)).port);

let redis: RedisServer;
let certificates: Certificates;
let ports: Record<'closed' | 'silent' | 'hangsUp' | 'tls' | 'http' | 'parrot', number>;
beforeAll(async () => {
  redis = await createRedisServer({ durability: 'never', settings: ['--requirepass', 'another-password-than-that'] });
  certificates = await createCertificates();
  const [key, cert] = await Promise.all([readFile(certificates.key), readFile(certificates.cert)]);
  const tls = createTlsServer({ key, cert }, (socket) => socket.on('error', () => {}));
  tls.on('tlsClientError', () => {});
  ports = {
    closed: await freePort(),
    silent: await listen(createServer()),
    hangsUp: await listen(createServer((socket) => socket.destroy())),
    tls: await listen(tls),
    http: await listen(createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))),
    // As an old server does with a command that it does not know.
    parrot: await listen(
      createServer((socket) =>
        socket.on('data', (data) => {
          for (const command of String(data).split(/^(?=\*\d)/m))
            socket.write(`-ERR unknown command: ${command.replaceAll('\r\n', ' ')}\r\n`);
        }),
      ),
    ),
  };
  await redis.start();
});
afterAll(async () => {
  await stopStandIns();
  await redis?.remove();
  await certificates?.remove();
});

interface Case {
  what: string;
  url: () => string;
  where: () => string;
  why: RegExp;
}

const cases: Case[] = [
  {
    what: 'nobody listens',
    url: () => `redis://${userinfo}@127.0.0.1:${ports.closed}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.closed}`,
    why: /ECONNREFUSED/,
  },
  {
    what: 'nobody answers',
    url: () => `redis://${userinfo}@127.0.0.1:${ports.silent}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.silent}`,
    why: /no answer/,
  },
  {
    what: 'a host that does not exist',
    url: () => `redis://${userinfo}@redis.invalid:6390`,
    where: () => 'cannot be reached at redis.invalid:6390',
    why: /ENOTFOUND|EAI_AGAIN|no answer/,
  },
  {
    what: 'a wrong password',
    url: () => `redis://:${password}@127.0.0.1:${redis.port}`,
    where: () => `at 127.0.0.1:${redis.port} refuses this login`,
    why: /WRONGPASS.*check the user and the password in REDIS_URL/,
  },
  {
    what: 'a user who does not exist',
    url: () => `redis://${userinfo}@127.0.0.1:${redis.port}`,
    where: () => `at 127.0.0.1:${redis.port} refuses this login`,
    why: /WRONGPASS/,
  },
  {
    what: 'no password where one is needed',
    url: () => `redis://127.0.0.1:${redis.port}`,
    where: () => `at 127.0.0.1:${redis.port} refuses this login`,
    why: /NOAUTH/,
  },
  {
    what: 'TLS asked of a server without it',
    url: () => `rediss://${userinfo}@127.0.0.1:${redis.port}`,
    where: () => `cannot be reached at 127.0.0.1:${redis.port} with TLS`,
    why: /rediss:\/\/ needs a server that speaks TLS/,
  },
  {
    what: 'no TLS asked of a server with it',
    url: () => `redis://${userinfo}@127.0.0.1:${ports.tls}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.tls}`,
    why: /a server that speaks TLS needs rediss:\/\//,
  },
  {
    what: 'a certificate that nobody here trusts',
    url: () => `rediss://${userinfo}@127.0.0.1:${ports.tls}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.tls} with TLS`,
    why: /certificate/,
  },
  {
    what: 'a server that hangs up',
    url: () => `redis://${userinfo}@127.0.0.1:${ports.hangsUp}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.hangsUp}`,
    why: /closed|ECONNRESET|EPIPE/,
  },
  {
    what: 'a server of something else',
    url: () => `redis://${userinfo}@127.0.0.1:${ports.http}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.http}`,
    why: /Unknown RESP type/,
  },
  {
    what: 'a server that repeats what it was sent',
    url: () => `redis://${userinfo}@127.0.0.1:${ports.parrot}`,
    where: () => `at 127.0.0.1:${ports.parrot}`,
    why: /unknown command/,
  },
  {
    what: 'sentinels that are away',
    url: () => `redis+sentinel://${userinfo}@127.0.0.1:${ports.closed},localhost:${ports.closed}/main`,
    where: () => `cannot be reached at 127.0.0.1:${ports.closed}, localhost:${ports.closed} (sentinels of "main")`,
    why: /ECONNREFUSED/,
  },
  {
    what: 'a cluster that is away',
    url: () => `redis+cluster://${userinfo}@127.0.0.1:${ports.closed},localhost:${ports.closed}`,
    where: () => `cannot be reached at 127.0.0.1:${ports.closed}, localhost:${ports.closed} (cluster)`,
    why: /ECONNREFUSED/,
  },
];

describe('a Redis that cannot be used', () => {
  const waiting = sideBySide();

  for (const { what, url, where, why } of cases) {
    waiting(`is named with its place and the cause, never with the password: ${what}`, async () => {
      const { logger, lines, text } = createCapturedLog();
      const watch = createRedisWatch({ redisUrl: url(), applicationName: 'test', meanwhile: 'the test goes on', logger });
      await watch.start();
      try {
        const said = async () => lines.filter(({ part }) => part === 'redis').map(({ msg }) => msg);
        const [words = ''] = await eventually(said, (found) => found.length > 0, saidWithinMs);
        expect(words).toContain(where());
        expect(words).toMatch(why);
        expect(words).toMatch(/; the test goes on$/);
        expect(lines.filter(({ level }) => level !== 'debug')).toHaveLength(1);
        expect(text()).not.toContain(password);
      } finally {
        await watch.stop();
      }
      const problem = await findRedisProblem(url(), 1_500);
      expect(problem).toContain(where());
      expect(problem).not.toContain(password);
    });
  }

  waiting('is said again at an interval while it lasts, and once when it answers again', async () => {
    const own = await createRedisServer({ durability: 'never' });
    const { logger, lines } = createCapturedLog();
    const watch = createRedisWatch({ redisUrl: own.url, applicationName: 'test', meanwhile: 'waits', logger, repeatMs: 700 });
    const levels = async () => lines.filter(({ part }) => part === 'redis').map(({ level }) => level);
    try {
      await watch.start();
      await eventually(levels, (found) => found.length >= 3, saidWithinMs);
      const times = lines.map(({ time }) => Date.parse(String(time)));
      for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? NaN)).toBeGreaterThanOrEqual(699);
      await own.start();
      const end = await eventually(levels, (found) => found.includes('info'), saidWithinMs);
      expect(end.filter((level) => level === 'info')).toHaveLength(1);
      expect(lines.at(-1)?.msg).toBe('Redis answers again');
      await own.kill();
      const afterwards = await eventually(levels, (found) => found.at(-1) === 'error', saidWithinMs);
      expect(afterwards.filter((level) => level === 'info')).toHaveLength(1);
    } finally {
      await watch.stop();
      await own.remove();
    }
  });
});

describe('processes with a Redis that cannot be used', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  const waiting = sideBySide(3);

  async function start(app: 'api' | 'worker', redisUrl: string) {
    const [port, opsPort] = [await freePort(), await freePort()];
    // What is asserted of the log is about Redis: a database that a busy machine answers late must not be in it.
    const env = { ...stack.env, ...patientWithDatabase, REDIS_URL: redisUrl, PORT: String(port), METRICS_PORT: String(opsPort) };
    const child = spawnNodeProcess(`apps/${app}/src/main.ts`, env);
    const lines = () =>
      child
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line): { level: string; msg: string; part?: string } => JSON.parse(line));
    const ready = async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`).catch(() => undefined))?.status;
    return { child, ready, lines, aboutRedis: async () => lines().filter(({ part }) => part === 'redis') };
  }
  type Started = Awaited<ReturnType<typeof start>>;

  async function withProcesses(redisUrl: string, look: (api: Started, worker: Started) => Promise<void>): Promise<void> {
    const [api, worker] = await Promise.all([start('api', redisUrl), start('worker', redisUrl)]);
    try {
      await look(api, worker);
    } finally {
      await Promise.all([api.child.stop(), worker.child.stop()]);
    }
  }

  for (const { what, url, where, why } of cases.slice(0, 3)) {
    waiting(`API and worker say it once, go on, and the worker is not ready: ${what}`, () =>
      withProcesses(url(), async (api, worker) => {
        for (const one of [api, worker]) {
          const [line] = await eventually(one.aboutRedis, (found) => found.length > 0, 60_000);
          expect(line?.msg).toContain(where());
          expect(line?.msg).toMatch(why);
          expect(line?.msg).toContain('goes on trying');
        }
        await api.child.ready;
        expect(await eventually(api.ready, (status) => status === 200, 20_000)).toBe(200);
        expect(await worker.ready()).toBe(503);
        for (const one of [api, worker]) {
          expect(await one.aboutRedis()).toHaveLength(1);
          expect(one.lines().filter(({ level, part }) => part !== 'redis' && /warn|error|fatal/.test(level))).toEqual([]);
          expect(one.child.output()).not.toContain(password);
        }
      }),
    );
  }

  waiting('the worker ends with one line and exit code 1 when its password is wrong; the API does without', async () => {
    const url = `redis://:${password}@127.0.0.1:${redis.port}`;
    await withProcesses(url, async (api, worker) => {
      expect(await worker.child.exited).toBe(1);
      const fatal = worker.lines().filter(({ level }) => level === 'fatal');
      expect(fatal.map(({ msg }) => msg)).toEqual([
        expect.stringContaining(`Redis at 127.0.0.1:${redis.port} refuses this login (WRONGPASS`),
      ]);
      const [line] = await eventually(api.aboutRedis, (found) => found.length > 0, 60_000);
      expect(line?.msg).toContain(`Redis at 127.0.0.1:${redis.port} refuses this login`);
      for (const one of [api, worker]) expect(one.child.output()).not.toContain(password);
    });
  });

  waiting('both say when it is there again, and the worker becomes ready', async () => {
    const own = await createRedisServer({ durability: 'never' });
    try {
      await withProcesses(own.url, async (api, worker) => {
        for (const one of [api, worker]) await eventually(one.aboutRedis, (found) => found.length === 1, 60_000);
        await own.start();
        for (const one of [api, worker]) {
          const found = await eventually(one.aboutRedis, (lines) => lines.length === 2, 60_000);
          expect(found[1]).toMatchObject({ level: 'info', msg: 'Redis answers again' });
        }
        await eventually(worker.ready, (status) => status === 200, 60_000);
      });
    } finally {
      await own.remove();
    }
  });

  waiting('"npm start" ends within seconds, with one sentence that says what to do', async () => {
    const { PATH = '', HOME = '' } = process.env;
    const launcher = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../apps/launcher/src/main.ts')], {
      env: {
        PATH,
        HOME,
        DATA_DIR: certificates.folder,
        PORT: '0',
        SANDBOX_PORT: '0',
        REDIS_URL: `redis://${userinfo}@127.0.0.1:${ports.closed}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [launcher.stdout, launcher.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const [code] = await once(launcher, 'close');
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`Redis cannot be reached at 127\\.0\\.0\\.1:${ports.closed} .*ECONNREFUSED.*unset it`));
    expect(output).not.toContain(password);
    expect(output).not.toMatch(/^ +at /m);
  });
});

test('a redis-server that refuses its configuration fails the test with its own words', async () => {
  const broken = await createRedisServer({ settings: ['--maxmemory-policy', 'nonsense'] });
  await expect(broken.start()).rejects.toThrow(/redis-server ended with 1 before it was ready:[^]*maxmemory-policy/);
  await broken.remove();
});
