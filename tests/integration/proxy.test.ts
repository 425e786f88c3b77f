import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { currentTerms } from '@mood/domain';
import { serviceOf } from '../deployment/compose-file.ts';
import { eventually } from '@mood/testing/eventually';
import { requireCommand } from '@mood/testing/find-command';
import { freePort } from '@mood/testing/free-port';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { proxyConfiguration } from '../deployment/proxy-configuration.ts';
import type { Replica } from '../deployment/proxy-configuration.ts';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const placeForReplica = async (): Promise<Replica> => ({ port: await freePort(), opsPort: await freePort() });

describe('the proxy of docker-compose.yml', () => {
  let postgres: OwnPostgres;
  let stack: Stack;
  let folder: string;
  let proxy: ChildProcess;
  let url: string;
  let replicas: [Replica, Replica];
  let apis: NodeProcess[];
  let model: Model;

  const start = ({ port, opsPort }: Replica) =>
    startNodeProcess('apps/api/src/main.ts', {
      ...stack.env,
      PORT: String(port),
      METRICS_PORT: String(opsPort),
      SHUTDOWN_DELAY_MS: serviceOf('api').environment?.['SHUTDOWN_DELAY_MS'] ?? '',
    });
  const statusOf = (page: string) =>
    fetch(`${url}${page}`).then(
      ({ status }) => status,
      () => 0,
    );
  const headers = () => ({ authorization: `Bearer ${model.token}`, 'content-type': 'application/json' });
  const change = async () =>
    (
      await fetch(`${url}/api/v1/mood/terms`, {
        method: 'POST',
        body: JSON.stringify({ accept: true, version: currentTerms.version }),
        headers: headers(),
      })
    ).status;

  beforeAll(async () => {
    postgres = await startOwnPostgres();
    stack = await startStack({ database: postgres.database, env: { REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0' } });
    folder = await mkdtemp(path.join(tmpdir(), 'mood-proxy-'));
    replicas = [await placeForReplica(), await placeForReplica()];
    apis = await Promise.all(replicas.map(start));
    const proxyPort = await freePort();
    const file = path.join(folder, 'haproxy.cfg');
    await writeFile(file, proxyConfiguration(proxyPort, replicas));
    proxy = spawn(requireCommand('haproxy'), ['-db', '-f', file], { stdio: 'ignore', env: { FRONT_PROXY: '127.0.0.2' } });
    url = `http://127.0.0.1:${proxyPort}`;
    model = await stack.createModel();
    await eventually(
      () => statusOf('/readyz'),
      (status) => status === 200,
    );
  });
  afterAll(async () => {
    proxy?.kill('SIGKILL');
    await Promise.all((apis ?? []).map((api) => api.stop()));
    await stack?.stop();
    await postgres?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('loses no change while a replica is replaced', async () => {
    const statuses = new Map<number, number>();
    const over = new AbortController();
    const clients = Array.from({ length: 8 }, async () => {
      while (!over.signal.aborted) {
        const status = await change();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    await apis[0]?.stop();
    over.abort();
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
    apis[0] = await start(replicas[0]);
  });

  test('has readings answered without the database, when no replica is ready', async () => {
    await postgres.server.stop('immediate');
    await eventually(
      () => statusOf('/readyz'),
      (status) => status === 503,
    );
    const answer = await eventually(
      () => fetch(`${url}/api/v1/mood/${model.id}`, { headers: headers() }),
      ({ status }) => status === 200,
    );
    expect(answer.headers.get('mood-degraded')).toBe('true');
    expect(await change()).toBe(503);
  });
});
