#!/bin/sh
# Makes what docker-compose.yml reads from the folder "secrets": passwords, the URLs that hold them, and an audit master key.
# What is there stays as it is. Keep copies of audit_master_keys: without them nobody reads the sealed fields of the audit log.
set -eu
command -v openssl > /dev/null || { echo 'openssl is not on the PATH: nothing was made' >&2; exit 1; }
cd "$(dirname "$0")/../.."
mkdir -p secrets
chmod 700 secrets

random() { openssl rand -hex 24; }
keep() { # NAME CONTENT
  [ -e "secrets/$1" ] || { printf '%s\n' "$2" > "secrets/$1"; chmod 444 "secrets/$1"; echo "made secrets/$1"; }
}

keep postgres_owner_password "$(random)"
keep postgres_service_password "$(random)"
keep redis_password "$(random)"
keep audit_master_keys "$(date +%Y-%m-%d):$(openssl rand -base64 32)"
keep database_owner_url "postgres://mood_owner:$(cat secrets/postgres_owner_password)@postgres:5432/mood"
keep database_url "postgres://mood_service:$(cat secrets/postgres_service_password)@postgres:5432/mood"
keep redis_url "redis://:$(cat secrets/redis_password)@redis:6379"
keep redis.conf "requirepass $(cat secrets/redis_password)
appendonly yes
appendfsync everysec
maxmemory 512mb
maxmemory-policy noeviction
dir /data"
