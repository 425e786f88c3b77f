import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';

const root = path.resolve(import.meta.dirname, '../..');

export interface RedisWithUsers extends RedisServer {
  /** URLs as make-secrets.sh makes them, for this server. */
  readonly urls: Readonly<Record<'administrator' | 'api' | 'worker' | 'messageService', string>>;
}

/** A Redis with the configuration and the users that `ops/docker/make-secrets.sh` makes. Not yet started. */
export async function createRedisWithUsers(): Promise<RedisWithUsers> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-redis-users-'));
  await cp(path.join(root, 'ops/docker'), path.join(folder, 'ops/docker'), { recursive: true });
  execFileSync(path.join(folder, 'ops/docker/make-secrets.sh'));
  const secret = async (name: string) => (await readFile(path.join(folder, 'secrets', name), 'utf8')).trim();
  const server = await createRedisServer({
    configuration: (await secret('redis.conf')).replace(/^dir .*$/m, ''),
    settings: ['--aclfile', path.join(folder, 'secrets/redis-users.acl')],
  });
  const here = (url: string) => url.replace('@redis:6379', `@127.0.0.1:${server.port}`);
  return {
    ...server,
    urls: {
      administrator: `redis://:${await secret('redis_password')}@127.0.0.1:${server.port}`,
      api: here(await secret('redis_api_url')),
      worker: here(await secret('redis_worker_url')),
      messageService: here(await secret('redis_message_service_url')),
    },
    async remove() {
      await server.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
