package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every table, policy and function keeps to, asked of the catalogue; each query answers the offenders. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseRulesTest {
    /** Our own relations: what is in our schemas, without the history of migrations and what extensions brought. */
    private static final String OURS = """
            with ours as (
              select c.*, n.nspname || '.' || c.relname as name
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ('public', 'app') and c.relname !~ '^flyway_'
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')),
            tables as (select * from ours where relkind in ('r', 'p')),
            tenant as (
              select * from tables t
              where t.relname in ('organizations', 'user_profiles')
                or exists (select from pg_attribute a
                  where a.attrelid = t.oid and a.attname = 'organization_id' and not a.attisdropped)),
            functions as (
              select p.*, p.oid::regprocedure::text as name
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname in ('public', 'app')
                and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))
            """;

    private final TestDatabase database = TestDatabase.empty();

    @BeforeAll
    void migrate() {
        database.migrate();
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void there_is_something_to_look_at() {
        assertThat(offenders("select name from tenant")).hasSizeGreaterThanOrEqualTo(11);
        assertThat(offenders("select name from functions")).hasSizeGreaterThanOrEqualTo(15);
        assertThat(offenders("select name from ours where relkind = 'v'")).isNotEmpty();
    }

    @Test
    void every_tenant_table_has_forced_row_security_and_a_policy() {
        assertThat(offenders("""
                select name from tenant t
                where not (t.relrowsecurity and t.relforcerowsecurity)
                  or not exists (select from pg_policy p where p.polrelid = t.oid)""")).isEmpty();
    }

    @Test
    void a_table_without_row_security_holds_nothing_of_tenants() {
        assertThat(offenders("select relname from tables where not relrowsecurity"))
                .containsExactlyInAnyOrder(
                        "listed_model_prices",
                        "local_day_rollups",
                        "metric_catalogue",
                        "monthly_tables",
                        "subscription_tiers");
    }

    @Test
    void every_policy_names_its_one_role_and_is_permissive() {
        assertThat(offenders("""
                select tablename || '.' || policyname from pg_policies
                where cardinality(roles) <> 1 or permissive <> 'PERMISSIVE'
                  or not roles <@ array['pulsegraph_api', 'pulsegraph_worker', 'pulsegraph_guard', 'pulsegraph_backup']::name[]""")).isEmpty();
    }

    @Test
    void every_policy_is_named_after_its_table() {
        assertThat(offenders("""
                select tablename || '.' || policyname from pg_policies
                where not starts_with(policyname, tablename || '_')""")).isEmpty();
    }

    @Test
    void a_backup_reads_every_table_and_writes_none() {
        assertThat(offenders("""
                select relname from tables
                where not has_table_privilege('pulsegraph_backup', oid, 'select')
                  or has_table_privilege('pulsegraph_backup', oid, 'insert, update, delete, truncate')
                  or relrowsecurity and not exists (select from pg_policies p
                    where p.tablename = relname and p.roles = '{pulsegraph_backup}' and p.cmd = 'SELECT' and p.qual = 'true')""")).isEmpty();
    }

    @Test
    void a_policy_for_requests_is_never_simply_true() {
        assertThat(offenders("""
                select tablename || '.' || policyname from pg_policies
                where 'pulsegraph_api' = any (roles) and ('true' in (qual, with_check) or coalesce(qual, with_check) is null)""")).isEmpty();
    }

    /** A helper is called once a statement, and not once a row. */
    @Test
    void policies_call_helpers_in_scalar_subselects() {
        assertThat(offenders("""
                select tablename || '.' || policyname from pg_policies,
                  lateral (select coalesce(qual, '') || ' ' || coalesce(with_check, '') as text) x
                where regexp_count(x.text, '\\mapp\\.\\w+\\(') <> regexp_count(x.text, '\\( ?SELECT app\\.\\w+\\(')""")).isEmpty();
    }

    @Test
    void every_foreign_key_has_an_index_that_begins_with_its_columns() {
        assertThat(offenders("""
                select conrelid::regclass || '.' || conname from pg_constraint f
                where f.contype = 'f' and f.conrelid in (select oid from tables)
                  and not exists (
                    select from pg_index i
                    where i.indrelid = f.conrelid and i.indpred is null
                      and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)""")).isEmpty();
    }

    @Test
    void every_reference_to_a_tenant_table_names_the_organization_too() {
        assertThat(offenders("""
                select f.conrelid::regclass || '.' || f.conname from pg_constraint f
                join tenant t on t.oid = f.confrelid and t.relname not in ('organizations', 'user_profiles')
                where f.contype = 'f' and not exists (
                  select from pg_attribute a
                  where a.attrelid = f.conrelid and a.attname = 'organization_id' and a.attnum = any (f.conkey))""")).isEmpty();
    }

    @Test
    void every_instant_has_a_zone() {
        assertThat(offenders("""
                select t.name || '.' || a.attname from ours t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
                where a.atttypid in ('timestamp'::regtype, 'timetz'::regtype, 'timestamp[]'::regtype)""")).isEmpty();
    }

    @Test
    void text_is_bounded_by_constraints_and_not_by_its_type() {
        assertThat(offenders("""
                select t.name || '.' || a.attname from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
                where a.atttypid in ('varchar'::regtype, 'bpchar'::regtype, 'json'::regtype, 'money'::regtype)""")).isEmpty();
    }

    @Test
    void everybody_may_do_nothing() {
        assertThat(offenders("""
                select name from ours o, aclexplode(o.relacl) a where a.grantee = 0
                union all
                select t.name || '.' || c.attname from ours t join pg_attribute c on c.attrelid = t.oid, aclexplode(c.attacl) a
                where a.grantee = 0
                union all
                select name from functions f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a where a.grantee = 0
                union all
                select n.nspname from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                where n.nspname in ('public', 'app') and a.grantee = 0""")).isEmpty();
    }

    @Test
    void only_our_four_roles_may_do_anything() {
        assertThat(offenders("""
                select distinct a.grantee::regrole::text from ours o, aclexplode(o.relacl) a where a.grantee <> o.relowner
                union
                select distinct a.grantee::regrole::text from functions f, aclexplode(f.proacl) a where a.grantee <> f.proowner
                order by 1"""))
                .containsExactly("pulsegraph_api", "pulsegraph_backup", "pulsegraph_guard", "pulsegraph_worker");
    }

    @Test
    void nobody_hands_privileges_on() {
        assertThat(offenders("""
                select name from ours o, aclexplode(o.relacl) a where a.is_grantable and a.grantee <> o.relowner
                union all
                select name from functions f, aclexplode(f.proacl) a where a.is_grantable and a.grantee <> f.proowner""")).isEmpty();
    }

    @Test
    void requests_never_read_hashes_of_secrets() {
        assertThat(offenders("""
                select t.name || '.' || c.attname from ours t join pg_attribute c on c.attrelid = t.oid and c.attnum > 0
                where c.attname like '%sha256%' and has_column_privilege('pulsegraph_api', t.oid, c.attnum, 'select')""")).isEmpty();
    }

    @Test
    void every_constraint_and_index_is_named_after_its_table() {
        assertThat(offenders("""
                select c.conrelid::regclass || '.' || c.conname from pg_constraint c join tables t on t.oid = c.conrelid
                where not starts_with(c.conname, t.relname || '_') or c.conname ~ '_(check|fkey|key|pkey)\\d+$' or c.conname ~ '_check$'
                union all
                select i.indexrelid::regclass::text from pg_index i join tables t on t.oid = i.indrelid
                join pg_class x on x.oid = i.indexrelid
                where not starts_with(x.relname, t.relname || '_') or x.relname ~ '_(idx|key)\\d+$'""")).isEmpty();
    }

    @Test
    void every_table_view_and_function_has_a_comment() {
        assertThat(offenders("""
                select name from ours where relkind in ('r', 'p', 'v', 'm') and obj_description(oid, 'pg_class') is null
                union all
                select name from functions where obj_description(oid, 'pg_proc') is null""")).isEmpty();
    }

    @Test
    void a_function_with_the_rights_of_its_owner_belongs_to_the_guard_and_pins_its_search_path() {
        assertThat(offenders("""
                select name from functions
                where prosecdef and proowner <> 'pulsegraph_guard'::regrole
                  or proconfig is not null and not proconfig @> '{"search_path=pg_catalog, pg_temp"}' and proconfig::text like '%search_path%'
                  or prosecdef and not coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'""")).isEmpty();
        assertThat(offenders(
                        "select name from functions where not prosecdef and proowner = 'pulsegraph_guard'::regrole"))
                .isEmpty();
    }

    @Test
    void every_view_shows_what_its_reader_may_see() {
        assertThat(offenders("""
                select name from ours where relkind = 'm'
                  or relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}'""")).isEmpty();
    }

    @Test
    void every_key_of_a_tenant_table_holds_the_organization() {
        assertThat(offenders("""
                select x.relname from pg_index i join tenant t on t.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
                where i.indisunique and not exists (
                  select from pg_attribute a
                  where a.attrelid = t.oid and a.attnum = any (i.indkey)
                    and a.attname = case when t.relname in ('organizations', 'user_profiles') then 'id' else 'organization_id' end)
                order by 1"""))
                // A secret or a token leads to its row before the organization is known; a slug is an address.
                .containsExactly("api_keys_secret_key", "organization_invitations_token_key", "organizations_slug_key");
    }

    @Test
    void every_table_has_a_primary_key() {
        assertThat(offenders("""
                select name from tables t where not exists (
                  select from pg_constraint c where c.conrelid = t.oid and c.contype = 'p')""")).isEmpty();
    }

    @Test
    void the_guard_and_the_roles_of_requests_and_work_cannot_log_in_and_inherit_nothing() {
        assertThat(offenders("""
                select rolname from pg_roles where rolname in ('pulsegraph_api', 'pulsegraph_worker', 'pulsegraph_guard')
                  and (rolcanlogin or rolinherit or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)""")).isEmpty();
        assertThat(offenders("""
                select m.roleid::regrole || ' to ' || m.member::regrole from pg_auth_members m
                where m.member in ('pulsegraph_api'::regrole, 'pulsegraph_worker'::regrole)""")).isEmpty();
    }

    private List<String> offenders(String sql) {
        return database.texts(OURS + sql);
    }
}
