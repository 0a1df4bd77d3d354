#!/bin/sh
# Runs once, when PostgreSQL's container makes its data: the roles of roles.sql, with the passwords of the environment.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname peerhub --file /roles/roles.sql
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname peerhub \
    --set owner="$OWNER_PASSWORD" --set web="$WEB_PASSWORD" --set backup="$BACKUP_PASSWORD" <<'SQL'
ALTER ROLE peerhub_owner PASSWORD :'owner';
ALTER ROLE peerhub_web PASSWORD :'web';
ALTER ROLE peerhub_backup PASSWORD :'backup';
SQL
