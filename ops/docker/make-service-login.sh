#!/bin/sh
# Runs once, when the database is made: the role that the API and the worker log in with. The migration grants it what they need.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/postgres_service_password)" <<'SQL'
CREATE ROLE mood_app NOLOGIN;
CREATE ROLE mood_service LOGIN PASSWORD :'password' IN ROLE mood_app;
SQL
