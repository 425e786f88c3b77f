#!/bin/sh
# Makes what docker-compose.yml reads from the folder "secrets": passwords, the URLs that hold them, an audit master key, and the key
# of session cookies.
# What is there stays as it is; what a newer release needs is added. Keep copies of audit_master_keys: without them nobody reads the sealed
# fields of the audit log.
set -eu
command -v openssl > /dev/null || { echo 'openssl is not on the PATH: nothing was made' >&2; exit 1; }
cd "$(dirname "$0")/../.."
mkdir -p secrets
chmod 700 secrets

random() { openssl rand -hex 24; }
keep() { # NAME CONTENT
  [ -e "secrets/$1" ] || { printf '%s\n' "$2" > "secrets/$1"; chmod 444 "secrets/$1"; echo "made secrets/$1"; }
}
password_in() { sed -n 's|^[a-z]*://[^:]*:\([^@]*\)@.*$|\1|p' "secrets/$1"; }
sha256() { printf '%s' "$1" | openssl dgst -sha256 -r | cut -c 1-64; }

keep postgres_owner_password "$(random)"
keep postgres_service_password "$(random)"
keep redis_password "$(random)"
keep audit_master_keys "$(date +%Y-%m-%d):$(openssl rand -base64 32)"
keep session_keys "$(date +%Y-%m-%d):$(openssl rand -base64 32)"
keep database_owner_url "postgres://mood_owner:$(cat secrets/postgres_owner_password)@postgres:5432/mood"
keep database_url "postgres://mood_service:$(cat secrets/postgres_service_password)@postgres:5432/mood"
keep redis_api_url "redis://mood_api:$(random)@redis:6379"
keep redis_worker_url "redis://mood_worker:$(random)@redis:6379"
# For the message service, which stands elsewhere: give it this one, and no other.
keep redis_message_service_url "redis://mood_message_service:$(random)@redis:6379"
# With the file of users, requirepass is not looked at: it is for a Redis that is started without that file.
keep redis.conf "requirepass $(cat secrets/redis_password)
appendonly yes
appendfsync everysec
maxmemory 512mb
maxmemory-policy noeviction
dir /data"

# Made of the others, and made anew when they or the rules have changed. In place: a container sees the file that it was started with.
users=$(sed -e '/^#/d' -e '/^$/d' \
  -e "s/#REDIS_PASSWORD/#$(sha256 "$(cat secrets/redis_password)")/" \
  -e "s/#REDIS_API_PASSWORD/#$(sha256 "$(password_in redis_api_url)")/" \
  -e "s/#REDIS_WORKER_PASSWORD/#$(sha256 "$(password_in redis_worker_url)")/" \
  -e "s/#REDIS_MESSAGE_SERVICE_PASSWORD/#$(sha256 "$(password_in redis_message_service_url)")/" ops/docker/redis-users.template |
  awk '/^user /{ if (line) print line; line = $0; next } { sub(/^ +/, " "); line = line $0 } END { print line }')
if [ "$users" != "$(cat secrets/redis-users.acl 2> /dev/null || true)" ]; then
  [ -e secrets/redis-users.acl ] && chmod u+w secrets/redis-users.acl
  printf '%s\n' "$users" > secrets/redis-users.acl
  chmod 444 secrets/redis-users.acl
  echo 'made secrets/redis-users.acl'
fi
