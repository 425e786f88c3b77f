import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { isObject } from './kubernetes-manifests.ts';

const models = [
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  ScaledObject,
  Service,
  ServiceAccount,
];

/**
 * What is wrong with a manifest by the schema of its kind. The schemas let pass what they do not know, which the server refuses or drops:
 * here it is whatever they never asked for.
 */
export function problemsOf(manifest: { apiVersion: string; kind: string }): string[] {
  const model = models.find(({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind);
  if (model === undefined) return [`${manifest.apiVersion} ${manifest.kind} has no schema here`];
  const asked = new Set<string>();
  try {
    model.prototype.validate.call(recorded(manifest, '', asked));
  } catch (error) {
    return [String(error)];
  }
  return placesIn(manifest, '')
    .filter((place) => !asked.has(place))
    .map((place) => `${place} is unknown`);
}

/** The same value, which notes the places that somebody looks at. */
function recorded<T extends object>(value: T, at: string, asked: Set<string>): T {
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return found;
      asked.add(`${at}/${key}`);
      return isObject(found) ? recorded(found, `${at}/${key}`, asked) : found;
    },
  });
}

const placesIn = (value: unknown, at: string): string[] =>
  isObject(value) ? Object.entries(value).flatMap(([key, below]) => [`${at}/${key}`, ...placesIn(below, `${at}/${key}`)]) : [];
