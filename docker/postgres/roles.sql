-- The three roles of the gateway and what each may do. Run it as a superuser in the gateway's own database:
--
--   psql -d mt5gateway -f docker/postgres/roles.sql
--
-- It can be run again at any time, on an empty database or on one in use: it only adds what is missing and puts rights
-- right. Roles are made without a password, so nobody can log in before you give them one, e.g. by \password in psql,
-- which sends a SCRAM verifier and so leaves the password itself in no log.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['mt5gw_app', 'mt5gw_migrate', 'mt5gw_stats'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
    EXECUTE format(
      'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT', wanted);
    -- A role of an older set-up may still own temporary rights through PUBLIC; each gets exactly what stands below.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), wanted);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), wanted);
  END LOOP;
  -- Temporary tables outlive their transaction behind a pooler, where the next customer would find them.
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

-- Limits belong to the role because PgBouncer takes none from a client when it connects.
-- The application: a request that takes longer is a fault, and its connection is needed by others.
ALTER ROLE mt5gw_app SET statement_timeout = '5s';
ALTER ROLE mt5gw_app SET lock_timeout = '2s';
ALTER ROLE mt5gw_app SET idle_in_transaction_session_timeout = '10s';
-- Migrations may rewrite a table, but must not wait for ever behind a reader while others queue up behind them.
ALTER ROLE mt5gw_migrate SET statement_timeout = '30min';
ALTER ROLE mt5gw_migrate SET lock_timeout = '60s';
ALTER ROLE mt5gw_migrate SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE mt5gw_stats SET statement_timeout = '5s';
ALTER ROLE mt5gw_stats SET lock_timeout = '1s';
ALTER ROLE mt5gw_stats SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE mt5gw_stats SET default_transaction_read_only = on;
-- A monitor that leaks connections must not take those of the customers.
ALTER ROLE mt5gw_stats CONNECTION LIMIT 10;

-- Before version 15 everybody could create tables here.
REVOKE ALL ON SCHEMA public FROM PUBLIC, mt5gw_app, mt5gw_stats;
GRANT USAGE ON SCHEMA public TO mt5gw_app;
GRANT USAGE, CREATE ON SCHEMA public TO mt5gw_migrate;
GRANT pg_monitor TO mt5gw_stats;

-- What migrations make from now on. They know nothing of roles: the rights come by these defaults.
ALTER DEFAULT PRIVILEGES FOR ROLE mt5gw_migrate IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mt5gw_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mt5gw_migrate IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO mt5gw_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mt5gw_migrate IN SCHEMA public
  GRANT EXECUTE ON FUNCTIONS TO mt5gw_app;

-- Default rights cannot tell one table from another, but the audit trail is append-only and the list of migrations is
-- none of the application's business. So these tables get their rights corrected whenever one is made or changed.
CREATE SCHEMA IF NOT EXISTS mt5gw_rights;
REVOKE ALL ON SCHEMA mt5gw_rights FROM PUBLIC;
GRANT USAGE ON SCHEMA mt5gw_rights TO mt5gw_migrate;

-- What the application may do with a table of the public schema; NULL = everything that the defaults grant.
CREATE OR REPLACE FUNCTION mt5gw_rights.allowed(name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    -- A trigger of the table lets the sealer fill in these two once, and nobody change them afterwards.
    WHEN name = 'audit_event' THEN 'SELECT, INSERT, UPDATE (seq, hash)'
    WHEN name = 'audit_chain' THEN 'SELECT, UPDATE (seq, hash)'
    -- Partitions are written through audit_event, anchors by a function of the migrating role.
    WHEN starts_with(name, 'audit') OR name = 'schema_migration' THEN 'SELECT'
  END
$$;

CREATE OR REPLACE FUNCTION mt5gw_rights.restrict(target oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text;
  rights text;
BEGIN
  SELECT relname INTO name FROM pg_class
   WHERE oid = target AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p');
  rights := mt5gw_rights.allowed(name);
  IF rights IS NULL THEN RETURN; END IF;
  -- The table as it was before it became a chain has no such columns.
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = target AND attname = 'seq') THEN
    rights := replace(rights, ', UPDATE (seq, hash)', '');
  END IF;
  EXECUTE format('REVOKE ALL ON %s FROM mt5gw_app', target::regclass);
  EXECUTE format('GRANT %s ON %s TO mt5gw_app', rights, target::regclass);
END
$$;

CREATE OR REPLACE FUNCTION mt5gw_rights.restrict_new() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM mt5gw_rights.restrict(objid) FROM pg_event_trigger_ddl_commands() WHERE classid = 'pg_class'::regclass;
END
$$;

DROP EVENT TRIGGER IF EXISTS mt5gw_restrict;
CREATE EVENT TRIGGER mt5gw_restrict ON ddl_command_end
  WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION mt5gw_rights.restrict_new();

-- What was made before, by whoever ran the migrations then, passes to the role that runs them from now on.
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT oid FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO mt5gw_migrate', found.oid::regclass);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO mt5gw_app', found.oid::regclass);
    PERFORM mt5gw_rights.restrict(found.oid);
  END LOOP;
  FOR found IN
    SELECT oid FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
       AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO mt5gw_migrate', found.oid::regprocedure);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO mt5gw_app', found.oid::regprocedure);
  END LOOP;
END
$$;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO mt5gw_app;
