-- What only a superuser can make, on top of owner.sql. Roles that are there before: roundtrip_other beside the two;
-- a tablespace roundtrip_space.

SET client_min_messages = warning;

-- --------------------------------------------------------------------------------------- extensions, foreign data

CREATE EXTENSION adminpack;
CREATE EXTENSION amcheck WITH SCHEMA ext;
CREATE EXTENSION autoinc WITH SCHEMA ext;
CREATE EXTENSION bloom WITH SCHEMA ext;
CREATE EXTENSION dblink WITH SCHEMA ext;
CREATE EXTENSION dict_xsyn WITH SCHEMA ext;
CREATE EXTENSION earthdistance WITH SCHEMA ext;
CREATE EXTENSION file_fdw WITH SCHEMA ext;
CREATE EXTENSION insert_username WITH SCHEMA ext;
CREATE EXTENSION intagg WITH SCHEMA ext;
CREATE EXTENSION moddatetime WITH SCHEMA ext;
CREATE EXTENSION pageinspect WITH SCHEMA ext;
CREATE EXTENSION pg_buffercache WITH SCHEMA ext;
CREATE EXTENSION pg_stat_statements WITH SCHEMA ext;
CREATE EXTENSION pgrowlocks WITH SCHEMA ext;
CREATE EXTENSION pgstattuple WITH SCHEMA ext;
CREATE EXTENSION postgres_fdw WITH SCHEMA ext;
CREATE EXTENSION refint WITH SCHEMA ext;
CREATE EXTENSION sslinfo WITH SCHEMA ext;
CREATE EXTENSION xml2 WITH SCHEMA ext;
REVOKE EXECUTE ON FUNCTION ext.gen_salt(text) FROM PUBLIC;

CREATE FOREIGN DATA WRAPPER nowhere OPTIONS (note 'it''s nothing');
CREATE SERVER elsewhere TYPE 'postgres' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere.invalid', dbname 'a b');
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user 'x', password 'y''z');
CREATE USER MAPPING FOR PUBLIC SERVER elsewhere;
CREATE FOREIGN TABLE far_away (id int OPTIONS (column_name 'other id') NOT NULL, "text" text DEFAULT 'x' COLLATE "C")
    SERVER elsewhere OPTIONS (schema_name 'a', table_name 'b c');
CREATE FOREIGN TABLE by_expression_far PARTITION OF by_expression FOR VALUES IN ('far') SERVER elsewhere;
GRANT USAGE ON FOREIGN SERVER elsewhere TO roundtrip_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER nowhere TO roundtrip_team WITH GRANT OPTION;
COMMENT ON FOREIGN DATA WRAPPER nowhere IS 'without a handler';
COMMENT ON SERVER elsewhere IS 'a server';
COMMENT ON FOREIGN TABLE far_away IS 'a foreign table';

-- -------------------------------------------------------------------- base types, operator classes, C, access methods

CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, LIKE = text, CATEGORY = 'S', DEFAULT = 'none', DELIMITER = ';', COLLATABLE = true);
CREATE TYPE only_a_shell;
CREATE CAST (text AS label) WITHOUT FUNCTION AS IMPLICIT;
CREATE TABLE labelled (id int, l label, ls label[]);
INSERT INTO labelled VALUES (1, 'a;b', '{x;"y;z"}'), (2, DEFAULT, NULL);
CREATE FUNCTION pair_same(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN ($1).a = ($2).a;
CREATE OPERATOR === (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_same, COMMUTATOR = ===, HASHES, RESTRICT = eqsel);
CREATE FUNCTION pair_hash(pair) RETURNS int LANGUAGE sql IMMUTABLE RETURN hashint4(($1).a);
CREATE OPERATOR FAMILY pairs USING hash;
CREATE OPERATOR CLASS pair_hashing FOR TYPE pair USING hash FAMILY pairs AS OPERATOR 1 === (pair, pair), FUNCTION 1 pair_hash(pair);
CREATE OPERATOR FAMILY loose USING btree;
ALTER OPERATOR FAMILY loose USING btree ADD FUNCTION 1 (int8, int4) btint84cmp(int8, int4);
COMMENT ON OPERATOR FAMILY pairs USING hash IS 'pairs by hash';
COMMENT ON OPERATOR CLASS pair_hashing USING hash IS 'by their first';
CREATE INDEX by_pair ON all_types USING hash (pair pair_hashing);
CREATE ACCESS METHOD heap_again TYPE TABLE HANDLER heap_tableam_handler;
COMMENT ON ACCESS METHOD heap_again IS 'the same';
CREATE TABLE in_heap_again (id int) USING heap_again;
INSERT INTO in_heap_again VALUES (1);
CREATE FUNCTION tight(int) RETURNS int LANGUAGE sql IMMUTABLE LEAKPROOF AS 'SELECT $1';
CREATE FUNCTION plpgsql_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE LANGUAGE plpgsql_again HANDLER plpgsql_handler;
COMMENT ON LANGUAGE plpgsql_again IS 'a language';
CREATE FUNCTION in_other_language() RETURNS int LANGUAGE plpgsql_again AS 'BEGIN RETURN 1; END';
CREATE FUNCTION from_hstore(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'textlike_support';
CREATE TRANSFORM FOR pair LANGUAGE plpgsql_again (FROM SQL WITH FUNCTION from_hstore(internal));
COMMENT ON TRANSFORM FOR pair LANGUAGE plpgsql_again IS 'a transform';
CREATE TEXT SEARCH TEMPLATE as_simple (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH PARSER as_default (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH DICTIONARY of_template (TEMPLATE = as_simple);
CREATE TEXT SEARCH CONFIGURATION of_parser (PARSER = as_default);
COMMENT ON TEXT SEARCH PARSER as_default IS 'a parser';
COMMENT ON TEXT SEARCH TEMPLATE as_simple IS 'a template';

-- ------------------------------------------------------------------------- what belongs to the whole database, roles

CREATE FUNCTION watches() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION watches();
CREATE EVENT TRIGGER asleep ON sql_drop EXECUTE FUNCTION watches();
ALTER EVENT TRIGGER asleep DISABLE;
COMMENT ON EVENT TRIGGER watching IS 'sees tables';
CREATE PUBLICATION of_all FOR ALL TABLES WITH (publish = 'delete');
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA "中文模式";
CREATE TABLE in_space (id int PRIMARY KEY USING INDEX TABLESPACE roundtrip_space) TABLESPACE roundtrip_space;
INSERT INTO in_space VALUES (1);
CREATE TABLE of_other (id int);
ALTER TABLE of_other OWNER TO roundtrip_other;
CREATE SCHEMA of_other_schema AUTHORIZATION roundtrip_other;
SELECT lo_from_bytea(4714, '\x01');
ALTER LARGE OBJECT 4714 OWNER TO roundtrip_other;
SET SESSION AUTHORIZATION roundtrip_reader;
GRANT SELECT ON checked TO roundtrip_other;
RESET SESSION AUTHORIZATION;
ALTER DEFAULT PRIVILEGES FOR ROLE roundtrip_other REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- The owner can not even dump these two.
REVOKE ALL ON unlogged FROM app;
ALTER TABLE secured FORCE ROW LEVEL SECURITY;
-- A plain owner loses these: who gets something needs CREATE on its schema, and privileges come last in a dump.
ALTER TABLE of_type OWNER TO roundtrip_team;
ALTER FUNCTION atomic(int) OWNER TO roundtrip_team;
ALTER TYPE text_span OWNER TO roundtrip_team;
