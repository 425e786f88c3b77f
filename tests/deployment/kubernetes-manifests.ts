import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

type Probe = { httpGet?: { path: string; port: string }; tcpSocket?: { port: string } } & Record<string, unknown>;

/** What the tests look at. */
export interface Container {
  name: string;
  image: string;
  args?: string[];
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef: { name: string } }[];
  ports?: { name: string; containerPort: number }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources: { limits: { cpu: string; memory: string } };
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}
export interface PodSpec {
  containers: [Container];
  terminationGracePeriodSeconds?: number;
  topologySpreadConstraints?: { labelSelector: { matchLabels: Record<string, string> } }[];
  volumes: { name: string; secret?: { secretName: string; items: { key: string; path: string }[] } }[];
}
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  data?: Record<string, string>;
  spec: Record<string, unknown>;
}
/** A Deployment or a Job. */
export interface Workload extends Manifest {
  spec: { replicas?: number; selector?: { matchLabels: Record<string, string> }; template: { metadata: object; spec: PodSpec } };
}

interface Generator {
  name: string;
  behavior?: 'merge';
  envs?: string[];
  files?: string[];
}
interface Operation {
  op: 'add' | 'replace';
  path: string;
  value: unknown;
}
interface Kustomization {
  namespace?: string;
  resources?: string[];
  images?: { name: string; newName: string; newTag: string }[];
  generatorOptions?: { labels: Record<string, string> };
  configMapGenerator?: Generator[];
  patches?: { target: { kind: string; name: string }; patch: string }[];
}

export const kubernetesFolder = path.resolve(import.meta.dirname, '../../ops/kubernetes');
export const environments = ['staging', 'production'] as const;
const known = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'images', 'generatorOptions', 'configMapGenerator', 'patches']);

/** Manifests as Kustomize makes them of an overlay, but for the endings of the names of ConfigMaps. What it may use is checked, too. */
export function manifestsOf(overlay: (typeof environments)[number]): Manifest[] {
  return build(path.join(kubernetesFolder, 'overlays', overlay));
}

/** The text of every manifest, for what no manifest may say. */
export const manifestFiles = globSync('**/*.{yaml,env}', { cwd: kubernetesFolder });

function build(folder: string): Manifest[] {
  const kustomization: Kustomization = parse(readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8'));
  const unknown = Object.keys(kustomization).filter((key) => !known.has(key));
  if (unknown.length > 0) throw new Error(`${folder} uses ${unknown.join(', ')}, which the tests do not understand`);
  const manifests = (kustomization.resources ?? []).flatMap((name) => read(path.join(folder, name)));
  for (const generator of kustomization.configMapGenerator ?? []) generate(manifests, generator, folder, kustomization);
  for (const { target, patch } of kustomization.patches ?? []) {
    const patched = manifests.filter(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    if (patched.length !== 1) throw new Error(`a patch of ${folder} is for one ${target.kind} ${target.name}: there are ${patched.length}`);
    const operations: Operation[] = parse(patch);
    for (const manifest of patched) for (const operation of operations) apply(manifest, operation);
  }
  for (const { name, newName, newTag } of kustomization.images ?? []) {
    const named = workloadsOf(manifests).flatMap(({ spec }) => spec.template.spec.containers);
    for (const container of named) if (container.image.split(':')[0] === name) container.image = `${newName}:${newTag}`;
  }
  const { namespace } = kustomization;
  for (const { kind, metadata } of manifests) if (namespace !== undefined && kind !== 'Namespace') metadata.namespace = namespace;
  return manifests;
}

function read(file: string): Manifest[] {
  if (!file.endsWith('.yaml')) return build(file);
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  if ('empty' in documents) throw new Error(`${file} is empty`);
  return documents.map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS();
  });
}

function generate(manifests: Manifest[], generator: Generator, folder: string, { generatorOptions }: Kustomization): void {
  const { name, behavior, envs = [], files = [] } = generator;
  const lines = envs.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'));
  const settings = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(/=(.*)/s).slice(0, 2));
  const data = Object.fromEntries([...settings, ...files.map((file) => [file, readFileSync(path.join(folder, file), 'utf8')])]);
  const there = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if ((there !== undefined) !== (behavior === 'merge')) throw new Error(`${folder}: is the ConfigMap ${name} there already, or not?`);
  if (there !== undefined) there.data = { ...there.data, ...data };
  else manifests.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { ...generatorOptions?.labels } }, data, spec: {} });
}

/** RFC 6902: the place of what is replaced, or of the list that is added to, has to be there. */
function apply(manifest: Manifest, { op, path: pointer, value }: Operation): void {
  const keys = pointer.slice(1).split('/');
  const last = keys.pop() ?? '';
  let place: unknown = manifest;
  for (const key of keys) place = isObject(place) ? place[key] : undefined;
  if (op === 'add' && last === '-' && Array.isArray(place)) place.push(value);
  else if (op === 'replace' && isObject(place) && last in place) place[last] = value;
  else throw new Error(`${op} ${pointer} has no place in ${manifest.kind} ${manifest.metadata.name}`);
}

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they were checked against their schemas
export const workloadsOf = (manifests: readonly Manifest[]): Workload[] => manifests.filter(isWorkload) as Workload[];
const isWorkload = ({ kind }: Manifest) => kind === 'Deployment' || kind === 'Job';
