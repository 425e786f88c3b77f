import { execFile } from 'node:child_process';
import { accessSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modeSettings, readSettings } from '@mood/runtime';
import { stringify } from 'yaml';
import { sandboxSettings } from '../../apps/sandbox/src/settings.ts';
import { serviceOf } from '../deployment/compose-file.ts';
import { environments, kubernetesFolder, manifestFiles, manifestsOf, workloadsOf } from '../deployment/kubernetes-manifests.ts';
import type { Container, Manifest, Workload } from '../deployment/kubernetes-manifests.ts';
import { problemsOf } from '../deployment/kubernetes-schemas.ts';
import { knownSettings } from '../settings/settings-table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const guide = readFileSync(path.join(kubernetesFolder, 'README.md'), 'utf8');
const component = ({ metadata }: Manifest) => metadata.labels['app.kubernetes.io/component'] ?? '';
const containerOf = ({ spec }: Workload): Container => spec.template.spec.containers[0];
const secondsOf = (text = '0s') => Number(/^(\d+)s$/.exec(text)?.[1]);

describe.each(environments)('the manifests of %s', (environment) => {
  const manifests = manifestsOf(environment);
  const workloads = workloadsOf(manifests);
  const byComponent = workloads.map((workload) => [component(workload), workload] as const);
  const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const configOf = (name: string) => ofKind('ConfigMap').find(({ metadata }) => metadata.name === name)?.data ?? {};
  /** What the process finds in its environment. */
  const environmentOf = ({ env = [], envFrom = [] }: Container): Record<string, string> =>
    Object.assign(
      {},
      ...envFrom.map(({ configMapRef }) => configOf(configMapRef.name)),
      ...env.map(({ name, value }) => ({ [name]: value })),
    );

  test.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
    '%s %s is what Kubernetes takes, of this environment, and applied in some step',
    (kind, _name, manifest) => {
      const { spec: _, ...withoutSpec } = manifest;
      const hasSpec = !['ConfigMap', 'Namespace', 'ServiceAccount'].includes(kind);
      expect(problemsOf(hasSpec ? manifest : withoutSpec)).toEqual([]);
      if (kind !== 'Namespace') expect(manifest.metadata.namespace).toBe(`mood-${environment}`);
      expect(['foundation', 'migrate', 'worker', 'api', 'proxy', 'sandbox']).toContain(component(manifest));
    },
  );

  test('are the processes of docker-compose.yml, without its stores, and the sandbox in staging alone', () => {
    const own = ['api', 'migrate', 'proxy', ...(environment === 'staging' ? ['sandbox'] : []), 'worker'];
    expect(byComponent.map(([name]) => name).sort()).toEqual(own);
    expect(stringify(manifests).includes('sandbox')).toBe(environment === 'staging');
  });

  test.each(byComponent)('%s runs what docker-compose.yml runs, within the same limits', (name, workload) => {
    const [container, service] = [containerOf(workload), serviceOf(name)];
    expect(container.image.split('/').at(-1)).toBe(service.image);
    expect(container.args).toEqual(service.command);
    const { cpus, memory } = service.deploy.resources.limits;
    expect(container.resources.limits).toEqual({ cpu: cpus, memory: String(memory).replace(/m$/, 'Mi') });
    const size = /size=(\d+)m/.exec(service.tmpfs?.[0] ?? '')?.[1];
    expect(workload.spec.template.spec.volumes).toContainEqual({ name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: `${size}Mi` } });
    if (name !== 'migrate') expect(workload.spec.template.spec.terminationGracePeriodSeconds).toBe(secondsOf(service.stop_grace_period));
  });

  test.each(byComponent)('%s can write nothing, has no rights, and no token of Kubernetes', (name, workload) => {
    const { spec } = workload.spec.template;
    const user = name === 'proxy' ? 99 : 1000;
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: 'mood-messaging',
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: user, fsGroup: user, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    });
    expect(spec.containers).toHaveLength(1);
    const writable = spec.containers[0].volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
    expect(writable).toEqual(['/tmp']);
    expect(ofKind('ServiceAccount')).toMatchObject([{ automountServiceAccountToken: false }]);
    expect(ofKind('Namespace')).toMatchObject([{ metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } }]);
  });

  test.each(['api', 'worker'] as const)(
    '%s has settings that it knows, those of docker-compose.yml among them, and can start with them',
    (name) => {
      const workload = workloads.find((one) => component(one) === name);
      if (workload === undefined) throw new Error(`there is no ${name}`);
      const given = environmentOf(containerOf(workload));
      const composed = serviceOf(name).environment ?? {};
      // Where the platform is, and who comes how, is another matter in each place.
      const local = /^(?:\w+_SERVICE_URL|AUTH_ISSUER|TRUSTED_PROXIES|ALLOWED_ORIGINS)$/;
      for (const [key, value] of Object.entries(composed)) expect([key, given[key]]).toEqual([key, local.test(key) ? given[key] : value]);
      expect(Object.keys(given)).toEqual(expect.arrayContaining(Object.keys(composed)));
      const settings = Object.fromEntries(knownSettings(name).map((setting) => [setting.env, setting]));
      expect(Object.keys(given).filter((key) => settings[key.replace(/_FILE$/, '')] === undefined)).toEqual([]);
      const secrets = {
        database_url: 'postgres://u:p@h/mood',
        audit_master_keys: `a:${'A'.repeat(43)}=`,
        session_keys: `a:${'A'.repeat(43)}=`,
      };
      const values = Object.entries(given).map(([key, value]) => {
        const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
        if (secret === undefined) return [key, value];
        return [key.replace(/_FILE$/, ''), Reflect.get(secrets, secret) ?? (secret.startsWith('redis') ? 'redis://h' : 'secret')];
      });
      expect(
        readSettings({ ...settings, mode: modeSettings.mode }, { ...Object.fromEntries(values), MOOD_MODE: 'embedded' }),
      ).toMatchObject({
        METRICS_PORT: 9464,
      });
    },
  );

  test('give each process the secrets that its settings name, as files, and the guide lists them all', () => {
    for (const [name, workload] of byComponent) {
      const { volumes } = workload.spec.template.spec;
      const secret = volumes.find((volume) => volume.secret !== undefined)?.secret;
      const named = Object.entries(environmentOf(containerOf(workload))).flatMap(([key, value]) => (key.endsWith('_FILE') ? [value] : []));
      expect([name, secret?.items.map((item) => `/run/secrets/${item.path}`).sort() ?? []]).toEqual([name, named.sort()]);
      for (const { key, path: file } of secret?.items ?? []) {
        expect(key).toBe(file);
        expect(guide).toMatch(new RegExp(`^ *\\| \`${secret?.secretName}\` .*\`${key}\``, 'm'));
      }
    }
    expect(ofKind('Secret')).toEqual([]);
    for (const file of manifestFiles) expect(readFileSync(path.join(kubernetesFolder, file), 'utf8')).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
    if (environment === 'staging') {
      const sandbox = Object.keys(configOf('mood-sandbox')).map((key) => key.replace(/_FILE$/, ''));
      expect(sandbox.filter((key) => !Object.values(sandboxSettings).some(({ env }) => env === key))).toEqual([]);
      expect(sandbox.sort()).toEqual(
        Object.keys(serviceOf('sandbox').environment ?? {})
          .map((key) => key.replace(/_FILE$/, ''))
          .sort(),
      );
    }
  });

  test.each(['api', 'worker'])(
    'asks %s on the port for operations, as docker-compose.yml does, and restarts it by /livez alone',
    (name) => {
      const container = workloads.filter((one) => component(one) === name).map(containerOf)[0];
      const { healthcheck } = serviceOf(name);
      expect(container?.ports).toContainEqual({ name: 'metrics', containerPort: Number(serviceOf(name).environment?.['METRICS_PORT']) });
      expect(healthcheck?.test.join(' ')).toContain("/9464 && printf 'GET /readyz ");
      expect(container?.readinessProbe).toEqual({
        httpGet: { path: '/readyz', port: 'metrics' },
        periodSeconds: secondsOf(healthcheck?.interval),
        timeoutSeconds: secondsOf(healthcheck?.timeout),
        failureThreshold: healthcheck?.retries,
      });
      expect(container?.livenessProbe?.httpGet).toEqual({ path: '/livez', port: 'metrics' });
      // The start may take as long as there.
      const { periodSeconds, failureThreshold, httpGet } = container?.startupProbe ?? {};
      expect([httpGet, Number(periodSeconds) * Number(failureThreshold)]).toEqual([
        { path: '/livez', port: 'metrics' },
        secondsOf(healthcheck?.start_period),
      ]);
    },
  );

  test.each(['api', 'worker', 'proxy'])('%s is spread, replaced without a gap, and never gone but one', (name) => {
    const workload = workloads.find((one) => component(one) === name);
    const labels = { 'app.kubernetes.io/name': 'mood-messaging', 'app.kubernetes.io/component': name };
    expect(workload?.spec).toMatchObject({
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels } },
    });
    const spread = workload?.spec.template.spec.topologySpreadConstraints ?? [];
    expect(spread.map(({ labelSelector }) => labelSelector.matchLabels)).toEqual([labels, labels]);
    const budget = ofKind('PodDisruptionBudget').find(({ metadata }) => metadata.name === `mood-${name}`);
    expect(budget?.spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: labels } });
  });

  test('have at least two of what answers and works, and no more APIs than the proxy can name', () => {
    const [api = {}, worker = {}] = ['HorizontalPodAutoscaler', 'ScaledObject'].map((kind) => ofKind(kind)[0]?.spec);
    const least = (name: string) => serviceOf(name).deploy.replicas ?? 2;
    expect(api['minReplicas']).toBeGreaterThanOrEqual(least('api'));
    expect(worker['minReplicaCount']).toBeGreaterThanOrEqual(least('worker'));
    // One more is there during a rollout.
    const [, named] = /server-template api (\d+) /.exec(configOf('mood-proxy')['haproxy.cfg'] ?? '') ?? [];
    expect(Number(api['maxReplicas']) + 1).toBeLessThanOrEqual(Number(named));
    for (const { kind, spec } of [...ofKind('HorizontalPodAutoscaler'), ...ofKind('ScaledObject')]) {
      const target = workloads.find(
        ({ metadata }) => spec['scaleTargetRef'] !== undefined && metadata.name === Reflect.get(Object(spec['scaleTargetRef']), 'name'),
      );
      // Otherwise each rollout would take back what the autoscaler has done.
      expect([kind, target?.spec.replicas]).toEqual([kind, undefined]);
      expect(target).toBeDefined();
    }
    const queries = JSON.stringify(worker['triggers']);
    const metrics = readFileSync(path.join(root, 'apps/worker/src/ops/backlog-metrics.ts'), 'utf8');
    for (const name of ['mood_outbox_oldest_seconds', 'mood_queue_jobs']) {
      expect(queries).toContain(name);
      expect(metrics).toContain(`'${name}'`);
    }
  });

  test('refuse what no policy allows', () => {
    const policies = ofKind('NetworkPolicy');
    expect(policies.find(({ metadata }) => metadata.name === 'mood-nobody')?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    for (const { metadata, spec } of policies.filter((policy) => policy.spec['ingress'] !== undefined)) {
      const rules = [spec['ingress']].flat().map((rule) => Object.keys(Object(rule)).sort());
      expect([metadata.name, rules]).toEqual([metadata.name, rules.map(() => ['from', 'ports'])]);
    }
    const toApi = policies.filter(({ metadata }) => metadata.name === 'mood-api').map(({ spec }) => spec['ingress']);
    const proxy = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'proxy' } } };
    expect(toApi).toEqual([[expect.objectContaining({ from: [proxy] })]]);
  });
});

test('a manifest that says something unknown, or something of another type, is found out', () => {
  const [good] = workloadsOf(manifestsOf('staging'));
  if (good === undefined) throw new Error('there is none');
  expect(problemsOf({ ...good, spec: { ...good.spec, replica: 2 } } as Manifest)).toEqual(['/spec/replica is unknown']);
  expect(problemsOf({ ...good, spec: { ...good.spec, backoffLimit: 'five' } } as Manifest).join()).toMatch(/backoffLimit must be integer/);
});

test('the proxy in Kubernetes is the proxy of docker-compose.yml, but for how it finds the APIs', () => {
  const withoutNames = (text: string) =>
    text
      .replace(/^#.*\n/, '')
      .replaceAll(/resolvers (?:docker|cluster)/g, 'resolvers ·')
      .replace(/ {2}(?:nameserver dns \S+|parse-resolv-conf\n {2}accepted_payload_size 8192)\n/, '')
      .replaceAll(/server-template api 20 \S+/g, 'server-template api 20 ·');
  const there = readFileSync(path.join(kubernetesFolder, 'base/haproxy.cfg'), 'utf8');
  expect(withoutNames(there)).toBe(withoutNames(readFileSync(path.join(root, 'ops/docker/haproxy.cfg'), 'utf8')));
});

describe('ops/kubernetes/roll-out.sh', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mood-kubectl-'));
    const manifests = JSON.stringify(manifestsOf('production')).replaceAll(/\.example\b/g, '.test');
    await writeFile(path.join(folder, 'manifests'), manifests);
    // Says what it was asked, and fails where FAIL says so.
    const kubectl = `#!/bin/sh
[ "$1" = kustomize ] && { cat "$MANIFESTS"; exit; }
echo "$*" | sed "s|--filename [^ ]* ||; s|--namespace [^ ]* *||" >> "${folder}/calls"
case "$*" in
  get*worker*) case "$*" in *notin*) echo deployment/mood-api; echo deployment/mood-proxy ;; *) echo deployment/mood-worker ;; esac ;;
  *condition=failed*) [ "$FAIL" = migration ] ;;
  *condition=complete*) [ "$FAIL" != migration ] ;;
  "rollout status deployment/mood-api"*) [ "$FAIL" != api ] ;;
esac
`;
    await writeFile(path.join(folder, 'kubectl'), kubectl);
    await chmod(path.join(folder, 'kubectl'), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function rollOut(fail = '', manifests = path.join(folder, 'manifests')): Promise<{ code: number; said: string; calls: string[] }> {
    await writeFile(path.join(folder, 'calls'), '');
    const env = { PATH: `${folder}:${process.env['PATH']}`, MANIFESTS: manifests, FAIL: fail };
    const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
      execFile(path.join(kubernetesFolder, 'roll-out.sh'), ['production'], { env }, (error, _out, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stderr });
      });
    });
    return { code, said, calls: (await readFile(path.join(folder, 'calls'), 'utf8')).trim().split('\n') };
  }
  const steps = ['= foundation', '= migrate', '= worker', 'notin (foundation, migrate, worker)'];
  const applied = (calls: string[]) => calls.flatMap((call) => /^apply .*component (.*)$/.exec(call)?.[1] ?? []);

  test('migrates before it replaces processes, and workers before APIs', async () => {
    const { code, calls } = await rollOut();
    expect([code, applied(calls)]).toEqual([0, steps]);
    const at = (start: string) => calls.findIndex((call) => call.startsWith(start));
    expect(at('delete job mood-migrate')).toBeLessThan(at('wait job/mood-migrate'));
    expect(at('wait job/mood-migrate')).toBeLessThan(at('rollout status deployment/mood-worker'));
    expect(at('rollout status deployment/mood-worker')).toBeLessThan(at('rollout status deployment/mood-api'));
  });

  test('replaces nothing when the migration fails, and takes back what does not get ready', async () => {
    const failed = await rollOut('migration');
    expect([failed.code, applied(failed.calls)]).toEqual([1, steps.slice(0, 2)]);
    expect(failed.said).toContain('the migration failed: nothing was replaced');
    const unready = await rollOut('api');
    expect([unready.code, unready.calls.at(-1)]).toEqual([1, 'rollout undo deployment/mood-api']);
  });

  test('refuses names that are examples', async () => {
    const examples = path.join(folder, 'examples');
    await writeFile(examples, JSON.stringify(manifestsOf('production')));
    const { code, said, calls } = await rollOut('', examples);
    expect([code, calls]).toEqual([1, ['']]);
    expect(said).toContain('put yours into overlays/production');
  });

  test('is named in the guide, and is there', () => {
    accessSync(path.join(kubernetesFolder, 'roll-out.sh'));
    expect(guide).toContain('ops/kubernetes/roll-out.sh production');
  });
});
