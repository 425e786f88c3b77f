#!/bin/sh
# Rolls a release out: ops/kubernetes/roll-out.sh staging
# In the order of an upgrade: settings and network, the migration, workers, then all else. It stops at the first step that fails; the
# processes of the release before go on.
set -eu
cd "$(dirname "$0")"
environment=${1:?say which: staging or production}
[ -f "overlays/$environment/kustomization.yaml" ] || { echo "there is no overlays/$environment: staging or production" >&2; exit 2; }
namespace="mood-$environment"
manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
kubectl kustomize "overlays/$environment" > "$manifests"
if grep -E '\.example([/:" ]|$)' "$manifests" >&2; then
  echo "these names are examples: put yours into overlays/$environment" >&2
  exit 1
fi
apply() { kubectl apply --filename "$manifests" --selector "app.kubernetes.io/component $1"; }

apply '= foundation'
kubectl delete job mood-migrate --namespace "$namespace" --ignore-not-found --wait
apply '= migrate'
# It ends in one way or the other: activeDeadlineSeconds.
until kubectl wait job/mood-migrate --namespace "$namespace" --for condition=complete --timeout 10s 2> /dev/null; do
  if kubectl wait job/mood-migrate --namespace "$namespace" --for condition=failed --timeout 0s 2> /dev/null; then
    kubectl logs job/mood-migrate --namespace "$namespace" --tail 20 >&2
    echo 'the migration failed: nothing was replaced' >&2
    exit 1
  fi
done

for step in '= worker' 'notin (foundation, migrate, worker)'; do
  apply "$step"
  for deployment in $(kubectl get deployments --namespace "$namespace" --selector "app.kubernetes.io/component $step" --output name); do
    kubectl rollout status "$deployment" --namespace "$namespace" --timeout 900s || {
      kubectl rollout undo "$deployment" --namespace "$namespace"
      echo "the new pods of $deployment did not get ready: the ones before go on" >&2
      exit 1
    }
  done
done
