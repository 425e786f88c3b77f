#!/bin/sh
# Replaces the containers of a service by new ones: ops/docker/replace.sh api
# The new ones are ready before the old ones are told to stop, so that nobody is turned away. When they do not get ready, they are taken
# away again, and the old ones stay: mend what is wrong and repeat it.
set -eu
cd "$(dirname "$0")/../.."
service=${1:?say which service: api or worker}
containers() { docker compose ps --all --quiet "$service"; }
old=$(docker compose ps --quiet "$service")
[ -n "$old" ] || { echo "no container of $service runs: docker compose up --detach --wait" >&2; exit 1; }
count=$(echo "$old" | wc -l)

take_new_away() {
  trap - EXIT INT TERM HUP
  for container in $(containers); do
    case $old in *"$container"*) ;; *) docker rm --force "$container" > /dev/null ;; esac
  done
  echo "the new containers of $service did not get ready: they are gone, the old ones go on" >&2
  exit 1
}
trap take_new_away EXIT INT TERM HUP
docker compose up --detach --wait --wait-timeout 180 --no-deps --no-recreate --scale "$service=$((count * 2))" "$service" || {
  echo "what they said last:" >&2
  for container in $(containers); do
    case $old in *"$container"*) ;; *) docker logs --tail 5 "$container" >&2 ;; esac
  done
  exit 1
}
trap - EXIT INT TERM HUP

# They go on until the proxy has seen that they are going.
for container in $old; do
  docker stop "$container"
  docker rm "$container"
done
