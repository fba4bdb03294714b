package dev.reliability.backup.postgresql;

/**
 * Drops what is in a database and does not belong to PostgreSQL itself, in the transaction that it runs in. DROP OWNED
 * would also take the role's privileges on other databases, so everything is dropped by its name.
 */
final class EmptyDatabase {
    static final String SQL = """
            DO $reliability$
            DECLARE
                o record;
                kind text;
                name text;
            BEGIN
                FOR o IN SELECT evtname FROM pg_event_trigger LOOP
                    EXECUTE format('DROP EVENT TRIGGER IF EXISTS %I', o.evtname);
                END LOOP;
                -- Before the extensions: an index with options of an extension's operator class can not go with it. Before
                -- their sequences: an identity column's goes with its table and not alone.
                FOR o IN SELECT n.nspname, c.relname, CASE c.relkind WHEN 'f' THEN 'FOREIGN TABLE'
                                WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind
                         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname NOT LIKE 'pg\\_%'
                           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                                           AND d.objid = c.oid AND d.deptype = 'e') LOOP
                    EXECUTE format('DROP %s IF EXISTS %I.%I CASCADE', o.kind, o.nspname, o.relname);
                END LOOP;
                FOR o IN SELECT extname FROM pg_extension WHERE oid >= 16384 LOOP
                    EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', o.extname);
                END LOOP;
                FOR o IN SELECT pubname FROM pg_publication LOOP
                    EXECUTE format('DROP PUBLICATION IF EXISTS %I', o.pubname);
                END LOOP;
                FOR o IN SELECT nspname FROM pg_namespace
                         WHERE oid >= 16384 AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'public' LOOP
                    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', o.nspname);
                END LOOP;
                FOR o IN SELECT classid, objid FROM pg_depend
                         WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace
                           AND deptype = 'n' AND objid >= 16384 LOOP
                    SELECT type, identity INTO kind, name FROM pg_identify_object(o.classid, o.objid, 0);
                    IF name IS NOT NULL THEN
                        kind := CASE kind WHEN 'composite type' THEN 'type' WHEN 'statistics object' THEN 'statistics'
                                          ELSE kind END;
                        EXECUTE format('DROP %s IF EXISTS %s CASCADE', kind, name);
                    END IF;
                END LOOP;
                FOR o IN SELECT oid, 'pg_foreign_data_wrapper'::regclass AS class FROM pg_foreign_data_wrapper
                         UNION ALL SELECT oid, 'pg_language'::regclass FROM pg_language
                         UNION ALL SELECT oid, 'pg_am'::regclass FROM pg_am
                         UNION ALL SELECT oid, 'pg_cast'::regclass FROM pg_cast LOOP
                    IF o.oid >= 16384 THEN
                        SELECT type, identity INTO kind, name FROM pg_identify_object(o.class, o.oid, 0);
                        IF name IS NOT NULL THEN
                            kind := replace(kind, 'foreign-data', 'foreign data');
                            EXECUTE format('DROP %s IF EXISTS %s CASCADE', kind, name);
                        END IF;
                    END IF;
                END LOOP;
                -- Default privileges that are not in the dump would be added to what it creates.
                FOR o IN SELECT pg_get_userbyid(d.defaclrole) AS role, n.nspname, d.defaclnamespace = 0 AS everywhere,
                                d.defaclrole, CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END AS type,
                                CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
                                     WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS'
                                     ELSE 'LARGE OBJECTS' END AS things,
                                d.defaclacl
                         FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LOOP
                    kind := format('ALTER DEFAULT PRIVILEGES FOR ROLE %I ', o.role)
                            || CASE WHEN o.everywhere THEN '' ELSE format('IN SCHEMA %I ', o.nspname) END;
                    FOR name IN SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC'
                                       ELSE quote_ident(pg_get_userbyid(grantee)) END FROM aclexplode(o.defaclacl) LOOP
                        EXECUTE kind || format('REVOKE ALL ON %s FROM %s', o.things, name);
                    END LOOP;
                    IF o.everywhere THEN
                        FOR name IN SELECT format('GRANT %s ON %s TO %s', privilege_type, o.things, CASE grantee
                                           WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
                                    FROM aclexplode(acldefault(o.type, o.defaclrole)) LOOP
                            EXECUTE kind || name;
                        END LOOP;
                    END IF;
                END LOOP;
                -- The dump says of this schema only what differs from a new database.
                IF pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = 'public'), 'USAGE') THEN
                    FOR name IN SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC'
                                       ELSE quote_ident(pg_get_userbyid(grantee)) END
                                FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' LOOP
                        EXECUTE format('REVOKE ALL ON SCHEMA public FROM %s CASCADE', name);
                    END LOOP;
                    FOR name IN SELECT format('GRANT %s ON SCHEMA public TO %s', privilege_type, CASE grantee
                                       WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
                                FROM pg_init_privs, aclexplode(initprivs)
                                WHERE classoid = 'pg_namespace'::regclass AND objoid = 'public'::regnamespace LOOP
                        EXECUTE name;
                    END LOOP;
                    COMMENT ON SCHEMA public IS 'standard public schema';
                END IF;
                PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
            END $reliability$;""";

    private EmptyDatabase() {}
}
