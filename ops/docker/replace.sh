#!/bin/sh
# Replaces the containers of a service by new ones: ops/docker/replace.sh api
# The new ones are ready before the old ones are told to stop, so that nobody is turned away.
set -eu
cd "$(dirname "$0")/../.."
service=${1:?say which service: api or worker}
old=$(docker compose ps --quiet "$service")
[ -n "$old" ] || { echo "no container of $service runs: docker compose up --detach --wait" >&2; exit 1; }
count=$(echo "$old" | wc -l)
docker compose up --detach --wait --no-deps --no-recreate --scale "$service=$((count * 2))" "$service"
# They go on until the proxy has seen that they are going.
for container in $old; do
  docker stop "$container"
  docker rm "$container"
done
