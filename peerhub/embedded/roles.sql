-- The three roles of peerhub and who may do what. Run as superuser inside the database `peerhub`; running it again changes nothing.
-- No passwords here: the embedded server asks the operating system who connects, docker-compose sets them from the environment.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'peerhub_owner') THEN CREATE ROLE peerhub_owner; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'peerhub_web') THEN CREATE ROLE peerhub_web; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'peerhub_backup') THEN CREATE ROLE peerhub_backup; END IF;
END $$;

-- Owns the tables and runs the migrations. CREATEDB is for the test databases.
ALTER ROLE peerhub_owner LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
-- Serves pages and tasks: reads and writes rows, owns nothing, cannot step around row-level security.
ALTER ROLE peerhub_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
-- Compiling a statement takes a second or two, and the estimates of rows behind a wall ask for it without need.
ALTER ROLE peerhub_web SET jit = off;
-- Copies everything, changes nothing: pg_dump has to read past row-level security.
ALTER ROLE peerhub_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS NOREPLICATION;
ALTER ROLE peerhub_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO peerhub_backup;

ALTER DATABASE peerhub OWNER TO peerhub_owner;
REVOKE ALL ON DATABASE peerhub FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE peerhub TO peerhub_web;
GRANT CONNECT ON DATABASE peerhub TO peerhub_backup;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO peerhub_web, peerhub_backup;
GRANT USAGE, CREATE ON SCHEMA public TO peerhub_owner;
