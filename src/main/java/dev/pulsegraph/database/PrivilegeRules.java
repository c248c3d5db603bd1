package dev.pulsegraph.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What functions, owners and policies keep to, so that whoever gets to say SQL as the role of requests gets no further than
 * requests do.
 */
final class PrivilegeRules {
    /** The policies that let the server's own work see the rows of all tenants, by why it must. */
    static final Map<String, List<String>> WORKER_SEES_ALL = Map.of(
            "profiles on first use, organizations of the demo, and whose zone changed",
            List.of("user_profiles_worker", "organizations_worker", "organization_members_worker"),
            "keys of many organizations at once, and when they were last used",
            List.of("api_keys_worker"),
            "the demo, and texts of posts that are embedded in the background",
            List.of(
                    "posts_core_worker",
                    "posts_content_worker",
                    "media_files_worker",
                    "post_media_links_worker",
                    "post_insights_worker",
                    "ai_context_logs_worker",
                    "ml_features_worker",
                    "embeddings_worker",
                    "embedding_changes_worker",
                    "embedding_models_worker",
                    "embedding_spaces_worker",
                    "embedding_settings_worker"),
            "upkeep of metrics",
            List.of(
                    "metric_definitions_worker",
                    "rollup_zones_worker",
                    "metric_series_worker",
                    "metric_readings_worker",
                    "metric_readings_archive_worker",
                    "metric_rollups_worker",
                    "metric_totals_worker",
                    "metric_dirty_days_worker",
                    "cross_platform_metrics_worker"),
            "events of many organizations in one batch, and upkeep of traffic",
            List.of(
                    "analytics_page_views_worker",
                    "analytics_clicks_worker",
                    "analytics_events_worker",
                    "analytics_sessions_worker",
                    "ingested_messages_worker",
                    "rejected_events_worker",
                    "event_inbox_worker",
                    "traffic_retention_worker",
                    "traffic_quarter_hours_worker",
                    "traffic_quarter_hour_clicks_worker",
                    "traffic_quarter_hour_pages_worker",
                    "traffic_days_worker",
                    "analytics_daily_stats_worker",
                    "analytics_daily_user_stats_worker",
                    "analytics_daily_group_stats_worker",
                    "analytics_daily_contact_stats_worker",
                    "analytics_daily_click_targets_worker",
                    "analytics_daily_page_stats_worker",
                    "traffic_daily_targets_worker",
                    "traffic_daily_pages_worker"),
            "jobs, which are of no organization",
            List.of("job_runs_worker", "job_requests_worker"),
            "secrets of days, which are of no organization",
            List.of("visitor_secrets_worker"));

    /** Our own objects, without the history of migrations and what extensions brought. */
    private static final String OURS = """
            with ours as (
              select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ('public', 'app', 'partitions') and c.relkind in ('r', 'p', 'v', 'm', 'S') and c.relname !~ '^flyway_'
                and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')),
            functions as (
              select p.*, p.oid::regprocedure::text as name
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname in ('public', 'app')
                and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')),
            the_owner as (
              select c.relowner as oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'public' and c.relname = 'organizations')
            """;

    private static final String FUNCTIONS = OURS + """
            select format('the function %s runs with the rights of %s, and not of pulsegraph_guard', name, proowner::regrole)
            from functions where prosecdef and proowner <> 'pulsegraph_guard'::regrole
            union all
            select format('the function %s runs with the rights of its owner without `set search_path = pg_catalog, pg_temp`', name)
            from functions where prosecdef and not coalesce(proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
            union all
            select format('the function %s belongs to %s, and not to the owner of the tables', name, proowner::regrole)
            from functions where not prosecdef and proowner <> (select oid from the_owner)
            union all
            select format('everybody may call the function %s', name)
            from functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee = 0
            """;

    /** Tables with partitions belong to the guard, who makes partitions; all else is the owner's. */
    private static final String RELATIONS = OURS + """
            select format('%s belongs to %s, and not to the owner of the tables', name, relowner::regrole)
            from ours
            where relowner <> (select oid from the_owner)
              and not (relowner = 'pulsegraph_guard'::regrole and (relkind = 'p' or nspname = 'partitions'))
            union all
            select format('the partition %s has no forced row security', name)
            from ours where nspname = 'partitions' and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
            union all
            select format('everybody may use %s', name) from ours, aclexplode(relacl) a where a.grantee = 0
            union all
            select format('%s may use the partition %s without its parent', a.grantee::regrole, name)
            from ours, aclexplode(relacl) a where nspname = 'partitions' and a.grantee not in (0, relowner)
            union all
            select format('%s may create in the schema %I', r.role, n.nspname)
            from pg_namespace n cross join unnest(array['pulsegraph_api', 'pulsegraph_worker']) r(role)
            where n.nspname in ('public', 'app', 'partitions') and has_schema_privilege(r.role, n.oid, 'create')
            union all
            select format('%s may make temporary tables; as the owner of the database, `revoke temporary on database %I from public, %s`',
              r.role, current_database(), r.role)
            from unnest(array['pulsegraph_api', 'pulsegraph_worker']) r(role)
            where has_database_privilege(r.role, current_database(), 'temporary')
            """;

    /**
     * A policy that is simply true lets its role see all tenants. The guard has one on what its functions look at, which say
     * themselves whom they answer; nobody can become it. Backups have one on each table, to read. The server's work has
     * those above, and requests have none.
     */
    private static final String POLICIES = """
            select format('the policy %I of %I lets %s see all rows', p.policyname, p.tablename, array_to_string(p.roles, ', '))
            from pg_policies p
            where p.schemaname in ('public', 'app', 'partitions')
              and ('true' in (p.qual, p.with_check) or coalesce(p.qual, p.with_check) is null)
              and not (p.roles = '{pulsegraph_guard}' and p.policyname = p.tablename || '_guard')
              and not (p.roles = '{pulsegraph_backup}' and p.policyname = p.tablename || '_backup' and p.cmd = 'SELECT')
              and not (p.roles = '{pulsegraph_worker}' and p.policyname = any (?))
            """;

    private PrivilegeRules() {}

    /** What breaks a rule, as a sentence each. */
    static List<String> broken(Connection connection) throws SQLException {
        List<String> broken = new ArrayList<>();
        String[] known = WORKER_SEES_ALL.values().stream().flatMap(List::stream).toArray(String[]::new);
        for (String sql : List.of(FUNCTIONS, RELATIONS)) {
            try (var statement = connection.prepareStatement(sql)) {
                add(broken, statement);
            }
        }
        try (var policies = connection.prepareStatement(POLICIES)) {
            policies.setArray(1, connection.createArrayOf("text", known));
            add(broken, policies);
        }
        return broken;
    }

    private static void add(List<String> broken, PreparedStatement statement) throws SQLException {
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                broken.add(rows.getString(1));
            }
        }
    }
}
