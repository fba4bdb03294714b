-- One of every kind of object and of every type that a plain owner can make, and that pg_dump writes.
-- Roles that are there before: roundtrip_team (the owner is a member), roundtrip_reader.

SET client_min_messages = warning;

-- ---------------------------------------------------------------------------------------------- schemas, extensions

CREATE SCHEMA ext;
COMMENT ON SCHEMA ext IS 'extensions live here';
CREATE EXTENSION btree_gin WITH SCHEMA ext;
CREATE EXTENSION btree_gist WITH SCHEMA ext;
CREATE EXTENSION citext WITH SCHEMA ext;
CREATE EXTENSION cube WITH SCHEMA ext;
CREATE EXTENSION dict_int WITH SCHEMA ext;
CREATE EXTENSION fuzzystrmatch WITH SCHEMA ext;
CREATE EXTENSION hstore;
CREATE EXTENSION intarray WITH SCHEMA ext;
CREATE EXTENSION isn WITH SCHEMA ext;
CREATE EXTENSION lo WITH SCHEMA ext;
CREATE EXTENSION ltree WITH SCHEMA ext;
CREATE EXTENSION pg_trgm WITH SCHEMA ext;
CREATE EXTENSION pgcrypto WITH SCHEMA ext;
CREATE EXTENSION seg WITH SCHEMA ext;
CREATE EXTENSION tablefunc WITH SCHEMA ext;
CREATE EXTENSION tcn WITH SCHEMA ext;
CREATE EXTENSION tsm_system_rows WITH SCHEMA ext;
CREATE EXTENSION tsm_system_time WITH SCHEMA ext;
CREATE EXTENSION unaccent WITH SCHEMA ext;
CREATE EXTENSION "uuid-ossp" WITH SCHEMA ext;
COMMENT ON EXTENSION hstore IS 'our own words for it';

-- ------------------------------------------------------------------------------------------------------ odd names

CREATE SCHEMA "Schema with ""quotes"", blanks; and -- dashes";
CREATE SCHEMA "中文模式";
CREATE TABLE "Schema with ""quotes"", blanks; and -- dashes"."a(b) FROM stdin" (
    "a""b" int PRIMARY KEY, "c,d" text, "COPY x FROM stdin;" text, "back\slash" text, ":variable" text, "$1" text,
    "select" text, "中文列" text, U&" \0009" text, "line
break" text);
INSERT INTO "Schema with ""quotes"", blanks; and -- dashes"."a(b) FROM stdin"
VALUES (1, '\.', E'\\.\n\\.', ':variable', '$1', '/* no comment', '中文', E'\t', E'\n', '''');
-- 21 signs of 3 bytes each: 63 bytes, the longest name
CREATE TABLE "中文模式"."一二三四五六七八九十一二三四五六七八九十一" (
    "一二三四五六七八九十一二三四五六七八九十一" int PRIMARY KEY, "😀" text DEFAULT '😀');
INSERT INTO "中文模式"."一二三四五六七八九十一二三四五六七八九十一" VALUES (1), (2);
CREATE TABLE "table with
a line break" (id int);
INSERT INTO "table with
a line break" VALUES (1);
COMMENT ON TABLE "table with
a line break" IS E'a comment of ''two''\nlines; COPY t FROM stdin;\n\\.\n\\! touch it';

-- ----------------------------------------------------------------------------------------------------------- types

CREATE TYPE mood AS ENUM ('sad', 'it''s ok', '开心', '');
ALTER TYPE mood ADD VALUE 'before ok' BEFORE 'it''s ok';
COMMENT ON TYPE mood IS 'how it feels';
CREATE TYPE pair AS (a int, "b c" text COLLATE "C");
COMMENT ON COLUMN pair.a IS 'the first';
CREATE TYPE nested AS (p pair, ps pair[], m mood);
CREATE DOMAIN positive AS bigint DEFAULT 1 NOT NULL CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE DOMAIN few AS int[] CHECK (cardinality(VALUE) < 5);
CREATE DOMAIN not_checked AS text;
ALTER DOMAIN not_checked ADD CONSTRAINT short CHECK (length(VALUE) < 99) NOT VALID;
COMMENT ON CONSTRAINT short ON DOMAIN not_checked IS 'not valid yet';
CREATE FUNCTION float_gap(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN $1 - $2;
CREATE TYPE float_span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float_gap, MULTIRANGE_TYPE_NAME = float_spans);
CREATE TYPE text_span AS RANGE (SUBTYPE = text, COLLATION = "C");

CREATE TABLE all_types (
    id int PRIMARY KEY,
    "bool" boolean, "int2" smallint, "int4" integer, "int8" bigint, "numeric" numeric, "numeric_10_3" numeric(10, 3),
    "float4" real, "float8" double precision, "money" money,
    "text" text, "varchar" varchar(40), "char" char(5), "one" "char", "name" name, "citext" ext.citext,
    "bytea" bytea, "bit" bit(5), "varbit" varbit,
    "date" date, "time" time, "timetz" timetz, "timestamp" timestamp, "timestamptz" timestamptz(3),
    "interval" interval, "interval_day" interval day to second (2),
    "uuid" uuid, "json" json, "jsonb" jsonb, "xml" xml, "jsonpath" jsonpath,
    "inet" inet, "cidr" cidr, "macaddr" macaddr, "macaddr8" macaddr8,
    "point" point, "line" line, "lseg" lseg, "box" box, "path" path, "polygon" polygon, "circle" circle,
    "tsvector" tsvector, "tsquery" tsquery, "pg_lsn" pg_lsn, "xid8" xid8, "snapshot" pg_snapshot,
    "oid" oid, "regclass" regclass, "regproc" regprocedure, "tid" tid,
    "int4range" int4range, "int8range" int8range, "numrange" numrange, "tsrange" tsrange, "tstzrange" tstzrange,
    "daterange" daterange, "int4multirange" int4multirange, "float_span" float_span, "float_spans" float_spans,
    "text_span" text_span,
    "ints" int[], "texts" text[][], "mood" mood, "moods" mood[], "pair" pair, "nested" nested, "positive" positive,
    "few" few, "hstore" hstore, "ltree" ext.ltree, "cube" ext.cube, "seg" ext.seg, "isbn" ext.isbn, "lo" ext.lo);

INSERT INTO all_types VALUES (
    1, true, -32768, -2147483648, -9223372036854775808, 'NaN', -1234567.891, '-Infinity', 'NaN', '-92233720368547758.08',
    E'tab\there, return\rthere, line\nfeed, \\ backslash, \\N, \\., ''quotes'', \u4e2d\U0001f600', '', '', 'x', 'name', 'CiText',
    (SELECT string_agg(set_byte('\x00', 0, g), '' ORDER BY g) FROM generate_series(0, 255) g), B'10101', B'',
    '4713-01-01 BC', '24:00:00', '23:59:59.999999-15:59:59', '4713-01-01 00:00:00 BC', '0044-03-15 12:00:00.123+00 BC',
    '-178000000 years 11 mons -31 days 23:59:59.999999', '1 day 02:03:04.56',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', E'{"a" : 1,  "a":2, "\\u0041":"\\t"}', '{"b": [1.10, null], "a": "\u4e2d"}',
    '<a b="c">&amp;<!-- d --></a>', '$.a[*] ? (@.b > 1)',
    '2001:db8::1/64', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
    '(1e-300,-0)', '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', '<(0,0),2>',
    $$'it''s':1A 'b\\c':2B,3$$, $$'a' & !'b' <2> 'c':*$$, 'FFFFFFFF/FFFFFFFF', '18446744073709551615', '10:20:10,14,15',
    4294967295, 'all_types', 'float_gap(float8,float8)', '(4294967295,65535)',
    '[1,5)', 'empty', '(,1.5]', '[2020-01-01,)', '(,)', '[0044-03-15 BC,infinity]', '{[1,3),[5,7)}', '[-Infinity,1.5)',
    '{[1,2),[3,4)}', '["a,b","c""d")',
    '[-2:0]={1,NULL,3}', '{{"a,b","c\"d"},{NULL,"NULL"}}', '开心', '{sad,""}', ROW(1, 'x,"y'), ROW(ROW(2, NULL), ARRAY[ROW(3, '')::pair], 'sad'),
    9, '{1,2}', 'a=>1, "b c"=>NULL', 'top.some.leaf', '(1,2),(3,4)', '1.5 .. 2.50', '978-0-393-04002-9', 4710);
INSERT INTO all_types (id, positive) VALUES (2, 1);
INSERT INTO all_types (id, positive, "numeric", "float4", "float8", "date", "timestamp", "timestamptz", text, ints, texts, jsonb, json, bytea, "char", "varchar", "hstore", "xml")
VALUES (3, 2, 'Infinity', '1.17549435e-38', 4.9406564584124654e-324, 'infinity', '-infinity', 'infinity', '', '{}', '{}', 'null', 'null', '', 'ab   ', ' ', '', ''),
       (4, 3, '-Infinity', '0.1', 0.1, '5874897-12-31', '294276-12-31 23:59:59.999999', '1883-11-18 12:03:57-07:52:58', E'\r', '{NULL}', NULL, '{}', '""', '\x5c2e0a', NULL, '\N', NULL, 'just text'),
       (5, 4, 1e-1000, '-0', 1.7976931348623157e308, '0001-01-01 BC', '0001-12-31 BC', '0001-12-31 BC', E'\\.', NULL, NULL, '"\\"', '  [ ]  ', '\x', '', E'\b\f\v', '"=>"=>"\"\\"', NULL),
       (6, 5, 131071::numeric ^ 999, 3.4028235e38, '-Infinity', NULL, NULL, NULL, E'\\N', NULL, NULL, NULL, NULL, NULL, NULL, E'\\', NULL, NULL);

-- --------------------------------------------------------------------------------- sequences, generated, constraints

CREATE SEQUENCE countdown AS smallint INCREMENT -3 MINVALUE -30 MAXVALUE 10 START 7 CACHE 5 CYCLE;
SELECT nextval('countdown');
CREATE SEQUENCE untouched START 42;
CREATE UNLOGGED SEQUENCE unlogged_numbers;
SELECT setval('unlogged_numbers', 77, false);
COMMENT ON SEQUENCE untouched IS 'nobody asked it yet';

CREATE TABLE numbered (
    always bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 10 CYCLE MAXVALUE 1000),
    by_default smallint GENERATED BY DEFAULT AS IDENTITY,
    serial serial,
    owned int,
    doubled bigint GENERATED ALWAYS AS (serial * 2) STORED,
    CONSTRAINT numbered_key PRIMARY KEY (always) INCLUDE (serial),
    CONSTRAINT later UNIQUE (serial) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT nulls_too UNIQUE NULLS NOT DISTINCT (owned));
ALTER SEQUENCE untouched OWNED BY numbered.owned;
INSERT INTO numbered (owned) VALUES (1), (2), (NULL);
ALTER TABLE numbered CLUSTER ON numbered_key;
ALTER TABLE numbered REPLICA IDENTITY USING INDEX numbered_key;

CREATE TABLE checked (
    id int PRIMARY KEY, parent int, during tstzrange, x int CHECK (x <> 0) NO INHERIT, "text" text COLLATE "zh-x-icu",
    dropped int, CHECK (id > 0 AND x IS NOT NULL),
    EXCLUDE USING gist (id WITH =, during WITH &&) WHERE (x > 5),
    FOREIGN KEY (parent) REFERENCES checked ON UPDATE CASCADE ON DELETE SET NULL (parent) DEFERRABLE);
ALTER TABLE checked DROP COLUMN dropped;
ALTER TABLE checked ADD CONSTRAINT not_valid CHECK (x < 100) NOT VALID;
COMMENT ON CONSTRAINT not_valid ON checked IS 'old rows may be larger';
ALTER TABLE checked ADD COLUMN added text DEFAULT 'added later' NOT NULL;
INSERT INTO checked VALUES (2, 1, '[2020-01-01,2020-02-01)', 7, 'b'), (1, 2, '(,)', 1, 'a');
ALTER TABLE checked ALTER "text" SET STATISTICS 500, ALTER "text" SET STORAGE EXTERNAL, ALTER added SET COMPRESSION lz4,
    ALTER x SET (n_distinct = -0.5), SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE circle_a (id int PRIMARY KEY, b int);
CREATE TABLE circle_b (id int PRIMARY KEY, a int REFERENCES circle_a);
ALTER TABLE circle_a ADD FOREIGN KEY (b) REFERENCES circle_b DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO circle_a VALUES (1, 1);
INSERT INTO circle_b VALUES (1, 1);
COMMIT;
CREATE UNLOGGED TABLE unlogged (id int);
INSERT INTO unlogged VALUES (1);
CREATE TABLE no_columns ();
INSERT INTO no_columns SELECT FROM generate_series(1, 3);
CREATE TABLE no_rows (id int);
CREATE TABLE of_type OF pair (PRIMARY KEY (a), "b c" WITH OPTIONS DEFAULT 'd');
INSERT INTO of_type VALUES (1, NULL), (2, '');
CREATE TABLE wide (id int, "text" text);
INSERT INTO wide SELECT 1, string_agg(md5(g::text), E'\n') FROM generate_series(1, 100000) g;

-- ----------------------------------------------------------------------------------------- partitions, inheritance

CREATE TABLE measured (at date NOT NULL, city text, value int, PRIMARY KEY (at, city)) PARTITION BY RANGE (at);
CREATE TABLE measured_2024 PARTITION OF measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (city);
CREATE TABLE measured_2024_cn PARTITION OF measured_2024 FOR VALUES IN ('北京', '上海') WITH (fillfactor = 50);
CREATE TABLE measured_2024_rest PARTITION OF measured_2024 DEFAULT;
CREATE TABLE measured_old (city text, value int DEFAULT 5, at date NOT NULL, extra_dropped int);
ALTER TABLE measured_old DROP COLUMN extra_dropped;
ALTER TABLE measured_old ADD PRIMARY KEY (at, city);
ALTER TABLE measured ATTACH PARTITION measured_old FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE INDEX by_value ON ONLY measured (value);
CREATE INDEX old_by_value ON measured_old (value);
ALTER INDEX by_value ATTACH PARTITION old_by_value;
INSERT INTO measured VALUES ('2024-05-05', '北京', 1), ('2024-06-06', 'elsewhere', 2), ('1999-01-01', 'old', 3);
CREATE TABLE hashed (id int, x int) PARTITION BY HASH (id, x);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT g, g FROM generate_series(1, 20) g;
CREATE TABLE by_expression (id int, "text" text) PARTITION BY LIST (lower("text"));
CREATE TABLE referring (at date, city text, FOREIGN KEY (at, city) REFERENCES measured);
INSERT INTO referring VALUES ('1999-01-01', 'old');

CREATE TABLE parent_a (id int NOT NULL, a text DEFAULT 'a', CHECK (id > 0));
CREATE TABLE parent_b (id int, b text);
CREATE TABLE child (id int DEFAULT 5, c text) INHERITS (parent_a, parent_b);
ALTER TABLE child ALTER a SET DEFAULT 'other', ALTER a SET NOT NULL;
INSERT INTO parent_a VALUES (1, 'p');
INSERT INTO child VALUES (2, 'c', 'b', 'c');

-- --------------------------------------------------------------------------------------------------------- indexes

CREATE INDEX expression ON checked (lower("text"), (x + 1) DESC NULLS LAST) WHERE x > 0;
CREATE INDEX trigrams ON checked USING gin ("text" ext.gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX paths ON all_types USING gist (ltree ext.gist_ltree_ops (siglen = 100));
CREATE INDEX hashes ON checked USING hash ("text" COLLATE "C");
CREATE INDEX ranges ON checked USING brin (id) WITH (pages_per_range = 4);
CREATE INDEX points ON all_types USING spgist (point);
CREATE UNIQUE INDEX "index name with blanks" ON checked ("text" text_pattern_ops) INCLUDE (x);
ALTER INDEX expression ALTER COLUMN 2 SET STATISTICS 300;
COMMENT ON INDEX hashes IS 'for equality';
CREATE STATISTICS correlated (ndistinct, dependencies, mcv) ON id, x FROM checked;
CREATE STATISTICS of_expression ON (x * 2), lower("text") FROM checked;
ALTER STATISTICS correlated SET STATISTICS 200;
COMMENT ON STATISTICS correlated IS 'they go together';

-- ------------------------------------------------------------------------- functions, aggregates, operators, casts

CREATE FUNCTION quoted(a text DEFAULT 'it''s $body$', VARIADIC rest int[] DEFAULT '{}', OUT n int, OUT t text)
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER PARALLEL SAFE COST 7 SET search_path = public, pg_temp SET work_mem = '5MB' AS
$body$
DECLARE
    q text := $inner$ COMMIT; $$ \. $$ $inner$;
BEGIN
    -- \restrict me
    n := cardinality(rest);
    t := a || E'\\' || '
COPY public.numbered FROM stdin;
1
\.
';
END
$body$;
COMMENT ON FUNCTION quoted(text, int[]) IS 'quotes';
CREATE FUNCTION of_table() RETURNS TABLE (id int, "the text" text) LANGUAGE sql ROWS 5 AS 'SELECT 1, ''x''';
CREATE FUNCTION atomic(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT n; SELECT n + 1; END;
CREATE FUNCTION polymorphic(anycompatible, anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE done(INOUT x int) LANGUAGE plpgsql AS 'BEGIN x := x + 1; END';
CREATE FUNCTION sums(state int, value int) RETURNS int LANGUAGE sql IMMUTABLE RETURN coalesce(state, 0) + value;
CREATE FUNCTION unsums(state int, value int) RETURNS int LANGUAGE sql IMMUTABLE RETURN state - value;
CREATE AGGREGATE total (int) (SFUNC = sums, STYPE = int, INITCOND = '0', COMBINEFUNC = sums, PARALLEL = SAFE,
    MSFUNC = sums, MINVFUNC = unsums, MSTYPE = int, MINITCOND = '0');
CREATE FUNCTION middle(ints int[], share float8) RETURNS int LANGUAGE sql IMMUTABLE RETURN ints[1 + floor(share * cardinality(ints))];
CREATE AGGREGATE at_share (float8 ORDER BY int) (SFUNC = array_append, STYPE = int[], FINALFUNC = middle, INITCOND = '{}');
COMMENT ON AGGREGATE total(int) IS 'adds';
CREATE FUNCTION pair_less(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN ($1).a < ($2).a;
CREATE FUNCTION pair_more(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN ($1).a > ($2).a;
CREATE OPERATOR <<< (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_less, COMMUTATOR = >>>, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR >>> (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_more, COMMUTATOR = <<<);
CREATE FUNCTION pair_first(pair) RETURNS int LANGUAGE sql IMMUTABLE RETURN ($1).a;
CREATE OPERATOR @#@ (RIGHTARG = pair, FUNCTION = pair_first);
COMMENT ON OPERATOR <<< (pair, pair) IS 'before';
CREATE FUNCTION to_pair(int) RETURNS pair LANGUAGE sql IMMUTABLE RETURN ROW($1, NULL)::pair;
CREATE CAST (int AS pair) WITH FUNCTION to_pair(int) AS ASSIGNMENT;
CREATE CAST (pair AS jsonb) WITH INOUT;
COMMENT ON CAST (int AS pair) IS 'only a';
CREATE CONVERSION old_to_new FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION old_to_new IS 'a conversion';
CREATE COLLATION chinese (provider = icu, locale = 'zh-u-co-pinyin');
CREATE COLLATION without_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION plain FROM "C";
COMMENT ON COLLATION chinese IS 'by sound';
CREATE TABLE collated ("text" text COLLATE without_case PRIMARY KEY, t2 text COLLATE chinese);
INSERT INTO collated VALUES ('a', '中'), ('b', '文');

-- ------------------------------------------------------------------------------------------------------ text search

CREATE TEXT SEARCH DICTIONARY stops (TEMPLATE = snowball, LANGUAGE = english, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY digits (TEMPLATE = ext.intdict_template, MAXLEN = 4);
CREATE TEXT SEARCH CONFIGURATION words (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR asciiword, word WITH ext.unaccent, stops;
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR int WITH digits;
COMMENT ON TEXT SEARCH CONFIGURATION words IS 'how we search';
COMMENT ON TEXT SEARCH DICTIONARY stops IS 'without the';
CREATE TABLE searched (t text, v tsvector GENERATED ALWAYS AS (to_tsvector('words', t)) STORED);
INSERT INTO searched (t) VALUES ('the café 1234567'), (NULL), ('');
CREATE INDEX ON searched USING gin (v);

-- ------------------------------------------------------------------------------------- views, rules, triggers, rows

CREATE VIEW simple AS SELECT id, x FROM checked WHERE x > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW barrier WITH (security_barrier, security_invoker) AS SELECT id AS "a b", "text" FROM checked;
ALTER VIEW barrier ALTER "a b" SET DEFAULT 9;
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE VIEW grouped AS SELECT id, x, count(*) FROM checked GROUP BY id;
CREATE VIEW round_about AS SELECT 1 AS a;
CREATE FUNCTION round_about_sum(round_about) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE VIEW round_about AS SELECT 1 AS a, round_about_sum(NULL) AS b;
CREATE MATERIALIZED VIEW totals WITH (fillfactor = 90) AS SELECT city, sum(value) AS value FROM measured GROUP BY city;
CREATE MATERIALIZED VIEW of_totals AS SELECT max(value) AS most FROM totals;
CREATE MATERIALIZED VIEW not_filled AS SELECT 1 AS one WITH NO DATA;
CREATE UNIQUE INDEX ON totals (city);
COMMENT ON VIEW simple IS 'a view';
COMMENT ON MATERIALIZED VIEW totals IS 'a materialized view';
COMMENT ON COLUMN totals.value IS 'of all years';

CREATE RULE redirect AS ON INSERT TO barrier DO INSTEAD INSERT INTO checked (id, x) VALUES (new."a b", 1);
CREATE RULE also AS ON UPDATE TO checked WHERE old.x <> new.x DO ALSO INSERT INTO no_rows VALUES (new.id);
CREATE RULE tells AS ON DELETE TO checked DO ALSO NOTIFY checked, 'it''s gone';
ALTER TABLE checked ENABLE ALWAYS RULE also;
COMMENT ON RULE also ON checked IS 'tells';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER before_update BEFORE UPDATE OF x, "text" ON checked FOR EACH ROW WHEN (old.x IS DISTINCT FROM new.x) EXECUTE FUNCTION stamp('an', 'argument''s');
CREATE TRIGGER of_statement AFTER INSERT ON checked REFERENCING NEW TABLE AS added_rows FOR EACH STATEMENT EXECUTE FUNCTION stamp();
CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON checked FROM circle_a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER instead INSTEAD OF DELETE ON simple FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER on_all_parts AFTER INSERT ON measured FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE measured_old DISABLE TRIGGER on_all_parts;
ALTER TABLE checked DISABLE TRIGGER before_update;
ALTER TABLE checked ENABLE REPLICA TRIGGER of_statement;
COMMENT ON TRIGGER before_update ON checked IS 'stamps';
CREATE TRIGGER tells AFTER INSERT ON numbered FOR EACH ROW EXECUTE FUNCTION ext.triggered_change_notification();
CREATE TRIGGER unlinks BEFORE UPDATE OR DELETE ON all_types FOR EACH ROW EXECUTE FUNCTION ext.lo_manage(lo);

CREATE TABLE secured (id int, owner name DEFAULT current_user);
INSERT INTO secured VALUES (1, 'nobody'), (2, 'somebody');
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON secured AS PERMISSIVE FOR SELECT TO roundtrip_reader USING (owner = current_user);
CREATE POLICY "no more" ON secured AS RESTRICTIVE FOR ALL TO PUBLIC USING (id > 0) WITH CHECK (id < 1000);
COMMENT ON POLICY own_rows ON secured IS 'his own';

-- --------------------------------------------------------------- publications, large objects, owners and privileges

CREATE PUBLICATION some_rows FOR TABLE numbered (always, serial) WHERE (always > 5), TABLE ONLY parent_a WITH (publish = 'insert, truncate');
CREATE PUBLICATION of_roots FOR TABLE measured WITH (publish_via_partition_root);
CREATE PUBLICATION "of nothing";
COMMENT ON PUBLICATION some_rows IS 'inserts only';

SELECT lo_from_bytea(4711, (SELECT string_agg(set_byte('\x00', 0, g), '' ORDER BY g) FROM generate_series(0, 255) g));
SELECT lo_from_bytea(4710, 'a row names it'), lo_from_bytea(4712, ''), lo_from_bytea(4713, decode(repeat('00ff', 100000), 'hex'));
GRANT SELECT ON LARGE OBJECT 4711 TO roundtrip_reader;
COMMENT ON LARGE OBJECT 4712 IS 'of no bytes';

GRANT USAGE ON SCHEMA ext TO PUBLIC;
GRANT CREATE, USAGE ON SCHEMA "中文模式" TO roundtrip_team WITH GRANT OPTION;
GRANT USAGE, CREATE ON SCHEMA public TO roundtrip_team;
GRANT SELECT, INSERT ON checked TO roundtrip_reader WITH GRANT OPTION;
GRANT UPDATE (id), SELECT (b) ON parent_b TO roundtrip_reader;
GRANT ALL ON numbered TO PUBLIC;
REVOKE DELETE ON child FROM CURRENT_USER;
REVOKE EXECUTE ON FUNCTION quoted(text, int[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quoted(text, int[]) TO roundtrip_reader;
REVOKE EXECUTE ON PROCEDURE done(int) FROM PUBLIC;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
REVOKE USAGE ON TYPE positive FROM PUBLIC;
GRANT USAGE ON SEQUENCE countdown TO roundtrip_reader;
CREATE SCHEMA of_team AUTHORIZATION roundtrip_team;
CREATE TABLE of_team.t (id int);
ALTER TABLE of_team.t OWNER TO roundtrip_team;
ALTER LARGE OBJECT 4713 OWNER TO roundtrip_team;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO roundtrip_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA ext GRANT USAGE ON SEQUENCES TO roundtrip_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE roundtrip_team REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO roundtrip_team;
