package dev.pulsegraph.isolation;

import dev.pulsegraph.demo.Demo;
import dev.pulsegraph.security.Secret;
import dev.pulsegraph.support.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An organization with one row in every tenant table. Every text that may be free holds {@code tag}, every free number
 * begins with {@code number}: whoever sees one of them, or a UUID of a row, has seen the organization.
 *
 * @param tag also the slug, and the local part of the owner's e-mail
 * @param secret of the API key, which has every scope
 * @param tables all tenant tables of the database
 */
record Tenant(
        String tag,
        String number,
        UUID organization,
        UUID user,
        UUID key,
        String secret,
        TestDatabase database,
        List<String> tables) {
    private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9_-]{40,}");

    private static final String PLANT = """
            select set_config('app.user_id', '{user}', true);
            insert into user_profiles (id, email, name) values ('{user}', '{tag}@tenant.example', '{tag}');
            insert into organizations (id, name, slug, description, website, logo_url, subscription_tier, settings)
              values ('{organization}', '{tag} before', '{tag}', '{tag} description', 'https://{tag}.example',
                'https://{tag}.example/logo', 'pro', '{"{tag} settings": "{tag}"}');
            update organizations set name = '{tag} name' where id = '{organization}';
            update organization_members set invited_by = '{user}' where organization_id = '{organization}';
            insert into api_keys (organization_id, id, name, prefix, secret_sha256, scopes, created_by, expires_at, last_used_at)
              values ('{organization}', '{key}', '{tag} key', '{tag} prefix', decode('{sha256}', 'hex'),
                '{read,write,ingest}', '{user}', '2100-01-01T00:00:00Z', '2020-01-01T00:00:00Z');
            insert into organization_invitations (organization_id, id, email, role, token_sha256, invited_by)
              values ('{organization}', gen_random_uuid(), 'guest@{tag}.example', 'viewer', sha256('{tag}'), '{user}');
            insert into posts_core (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at)
              values ('{organization}', '{post}', '{user}', '{tag} title', 'published', '{{tag}-platform}',
                '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
            insert into posts_content (organization_id, post_id, content, hashtags, permalink, metadata)
              values ('{organization}', '{post}', '{tag} content', '{{tag}-hashtag}', 'https://{tag}.example/post',
                '{"{tag} metadata": "{tag}"}');
            insert into media_files (organization_id, id, uploaded_by, file_name, storage_url, file_type, mime_type,
                size_bytes, width, height, duration_seconds, thumbnail_url, alt_text)
              values ('{organization}', '{file}', '{user}', '{tag}.jpg', 'https://{tag}.example/file', 'image', 'image/{tag}',
                {number}01, {pixels}, {pixels}, {pixels}, 'https://{tag}.example/small', '{tag} alt');
            insert into post_media_links (organization_id, post_id, media_file_id, position)
              values ('{organization}', '{post}', '{file}', 0);
            insert into metric_definitions (organization_id, name, unit, kind, default_aggregation, description)
              values ('{organization}', '{tag}-metric', '{tag} unit', 'gauge', 'last', '{tag} description');
            select app.make_metric_partitions('{2026-01-01}');
            create table if not exists partitions.metric_readings_2001_01
              partition of metric_readings_archive for values from ('2001-01-01T00:00:00Z') to ('2001-02-01T00:00:00Z');
            insert into metric_series (organization_id, entity_type, entity_id, metric, platform)
              select '{organization}', 'post', '{post}', metric, '{tag}-platform' from unnest(array['{tag}-metric', 'likes']) metric;
            insert into metric_readings (organization_id, series_id, recorded_at, metric_value, metadata)
              select organization_id, id, '2026-01-03T00:00:00Z', {number}02, '{"{tag} metadata": "{tag}"}' from metric_series
              where organization_id = '{organization}';
            insert into metric_readings_archive (organization_id, series_id, recorded_at, metric_value, metadata)
              select organization_id, id, '2001-01-03T00:00:00Z', {number}01, '{"{tag} metadata": "{tag}"}' from metric_series
              where organization_id = '{organization}';
            insert into cross_platform_metrics (organization_id, metric, bucket, platform, value, samples, posts, per_post)
              values ('{organization}', '{tag}-metric', '2026-01-03T00:00:00Z', '{tag}-platform', {number}02, 1, 1, {number}02);
            select app.make_partitions(parent, '{2026-01-01}') from unnest(array['analytics_page_views', 'analytics_clicks',
              'analytics_events', 'analytics_sessions', 'ingested_messages']) parent;
            insert into analytics_page_views (organization_id, id, session_key, visitor, user_code, share_code, contact_id, page_type,
                name, viewed_at, received_at, properties, context)
              values ('{organization}', gen_random_uuid(), gen_random_uuid(), '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag}', '{tag} name',
                '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{"{tag} property": "{tag}"}', '{"{tag} context": "{tag}"}');
            insert into analytics_clicks (organization_id, id, session_key, visitor, user_code, share_code, contact_id, click_target,
                click_category, name, clicked_at, received_at, properties, context)
              values ('{organization}', gen_random_uuid(), gen_random_uuid(), '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name', 'other', '{tag} name',
                '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{"{tag} property": "{tag}"}', '{"{tag} context": "{tag}"}');
            insert into analytics_events (organization_id, id, type, name, visitor, user_id, anonymous_id, session_id, user_code,
                share_code, contact_id, occurred_at, received_at, properties, context)
              values ('{organization}', gen_random_uuid(), 'track', '{tag} name', '{tag} name', '{tag} name', '{tag} name',
                '{tag} name', '{tag} name', '{tag} name', '{tag} name', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z',
                '{"{tag} property": "{tag}"}', '{"{tag} context": "{tag}"}');
            insert into analytics_sessions (organization_id, id, session_key, session_id, visitor, user_code, share_code, contact_id,
                first_seen, last_seen, page_views, clicks, first_message_key, ip_address, user_agent, referrer)
              values ('{organization}', gen_random_uuid(), gen_random_uuid(), '{tag} name', '{tag} name', '{tag} name', '{tag} name', '{tag} name',
                '2026-01-03T00:00:00Z', '2026-01-03T00:01:00Z', {number}, {number}, gen_random_uuid(), '192.0.2.0',
                '{tag} name', 'https://{tag}.example');
            insert into ingested_messages (organization_id, message_key, received_at)
              values ('{organization}', gen_random_uuid(), '2026-01-03T00:00:00Z');
            insert into ingest_rejects (organization_id, message_id, code, reason, body)
              values ('{organization}', '{tag} name', '{tag} name', '{tag} name', '{"{tag} field": "{tag}"}');
            insert into traffic_quarters (organization_id, bucket, user_code, share_code, contact_id, sessions, page_views, clicks, bounces, seconds)
              values ('{organization}', '2026-01-03T00:00:00Z', '{tag} name', '{tag} name', '{tag} name', {number}, {number}, {number}, {number}, {number}01);
            insert into traffic_quarter_clicks (organization_id, bucket, user_code, share_code, contact_id, click_category, click_target, clicks)
              values ('{organization}', '2026-01-03T00:00:00Z', '{tag} name', '{tag} name', '{tag} name', 'other', '{tag} name', {number});
            insert into traffic_quarter_pages (organization_id, bucket, user_code, share_code, contact_id, page_type, page_views)
              values ('{organization}', '2026-01-03T00:00:00Z', '{tag} name', '{tag} name', '{tag} name', '{tag}', {number});
            insert into analytics_daily_stats (organization_id, date, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
              values ('{organization}', '2026-01-03', {number}, {number}, {number}, {number}, {number}01);
            insert into analytics_daily_user_stats
                (organization_id, date, user_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
              values ('{organization}', '2026-01-03', '{tag} name', {number}, {number}, {number}, {number}, {number}01);
            insert into analytics_daily_group_stats
                (organization_id, date, user_code, share_code, total_sessions, total_page_views, total_clicks, bounces, session_seconds)
              values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', {number}, {number}, {number}, {number}, {number}01);
            insert into analytics_daily_contact_stats (organization_id, date, user_code, share_code, contact_id, total_sessions,
                total_page_views, total_clicks, bounces, session_seconds, first_visit, last_visit)
              values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', '{tag} name', {number}, {number}, {number}, {number}, {number}01,
                '2026-01-03T00:00:00Z', '2026-01-03T00:01:00Z');
            insert into analytics_daily_click_targets (organization_id, date, user_code, share_code, click_category, click_target, click_count)
              values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', 'other', '{tag} name', {number});
            insert into analytics_daily_page_stats (organization_id, date, user_code, share_code, page_type, view_count)
              values ('{organization}', '2026-01-03', '{tag} name', '{tag} name', '{tag}', {number});
            insert into ai_context_logs (organization_id, id, user_id, source_type, source_id, context_summary, ai_response,
                prompt_template, model_used, feedback_score, feedback_type, feedback_by, feedback_at, metadata)
              values ('{organization}', '{log}', '{user}', 'post', '{post}', '{tag} summary', '{tag} response', '{tag} template',
                '{tag} model', 5, 'excellent', '{user}', '2026-01-03T00:00:00Z', '{"{tag} metadata": "{tag}"}');
            insert into ml_features (organization_id, entity_type, entity_id, feature_set, version, values, computed_at)
              values ('{organization}', 'post', '{post}', '{tag}-features', {number}, '{{number}}', '2026-01-03T00:00:00Z');
            update embedding_settings set model = '{tag}-model', next_model = '{tag}-next' where organization_id = '{organization}';
            insert into embedding_models (organization_id, name, dimensions) values ('{organization}', '{tag}-model', 2);
            insert into embeddings (organization_id, id, entity_type, entity_id, source_field, space_id, vector_data, content, metadata)
              select organization_id, gen_random_uuid(), 'post', '{post}', '{tag}-field', space_id, '{1,0}', '{tag} text',
                '{"{tag} metadata": "{tag}"}'
              from embedding_models where organization_id = '{organization}';
            """;

    static Tenant plant(TestDatabase database, String tag, String number) {
        String secret = Secret.create(Secret.API_KEY).text();
        var tenant = new Tenant(
                tag,
                number,
                UUID.randomUUID(),
                Demo.idOf(email(tag)),
                UUID.randomUUID(),
                secret,
                database,
                tables(database));
        database.execute("begin; "
                + PLANT.replace("{tag}", tag)
                        .replace("{number}", number)
                        .replace("{pixels}", pixels(number))
                        .replace("{organization}", tenant.organization.toString())
                        .replace("{user}", tenant.user.toString())
                        .replace("{key}", tenant.key.toString())
                        .replace("{post}", UUID.randomUUID().toString())
                        .replace("{log}", UUID.randomUUID().toString())
                        .replace("{file}", UUID.randomUUID().toString())
                        .replace("{sha256}", new Secret(secret).sha256())
                + "commit");
        return tenant;
    }

    private static String email(String tag) {
        return tag + "@tenant.example";
    }

    String email() {
        return email(tag);
    }

    String slug() {
        return tag;
    }

    /** Which rows of a tenant table are this organization's. */
    String condition(String table) {
        return switch (table) {
            case "organizations" -> "id = '" + organization + "'";
            case "user_profiles" -> "id = '" + user + "'";
            default -> "organization_id = '" + organization + "'";
        };
    }

    /** Every UUID in any column of the organization's rows. */
    Set<String> uuids() {
        return values("select distinct %2$s::text from %1$s where %3$s and %2$s is not null", "uuid");
    }

    /** Every text that holds the tag, elements of arrays too. */
    Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>(
                values("select distinct %2$s from %1$s where %3$s and %2$s like '%%" + tag + "%%'", "text"));
        texts.addAll(values(
                "select distinct x from %1$s, unnest(%2$s) x where %3$s and x like '%%" + tag + "%%'", "text[]"));
        return texts;
    }

    /** What a query of a table, a column and the condition of a row finds in all columns of a type. */
    private Set<String> values(String query, String type) {
        String all = database
                .texts("select relname || ' ' || attname from pg_attribute join pg_class c on c.oid = attrelid"
                        + " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0"
                        + " and not attisdropped and atttypid = '" + type + "'::regtype order by 1")
                .stream()
                .map(line -> line.split(" "))
                .filter(column -> tables.contains(column[0]))
                .map(column -> query.formatted(column[0], column[1], condition(column[0])))
                .collect(Collectors.joining(" union all "));
        return new LinkedHashSet<>(database.texts(all));
    }

    /** A pattern of both Java and PostgreSQL that finds any trace of the organization in a text. */
    String pattern() {
        return tag + "|" + number + "|(?<![0-9a-f.])" + pixels(number) + "(?![0-9a-f])|" + String.join("|", uuids());
    }

    /** What tells of the organization where its number is more than may be stored. */
    private static String pixels(String number) {
        return number.substring(0, 6);
    }

    /** The traces of the organization in a text, those inside global ids and cursors too. */
    static List<String> traces(Pattern pattern, String text) {
        List<String> traces = new ArrayList<>();
        var plain = pattern.matcher(text);
        while (plain.find()) {
            traces.add(plain.group());
        }
        var encoded = ENCODED.matcher(text);
        while (encoded.find()) {
            var inside = pattern.matcher(decoded(encoded.group()));
            while (inside.find()) {
                traces.add(inside.group());
            }
        }
        return traces;
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    Pattern compiledPattern() {
        return Pattern.compile(pattern().toLowerCase(Locale.ROOT), Pattern.CASE_INSENSITIVE);
    }

    /** One statement that answers all rows of the organization, and where they lie: a row that was written lies elsewhere. */
    String dump() {
        return tables.stream()
                .map(table -> "select '" + table
                        + "' || coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object('ctid', t.ctid) order by t.ctid)::text, '') from "
                        + table
                        + " t where " + condition(table))
                .reduce((one, other) -> one + " union all " + other)
                .orElseThrow();
    }

    /** A row of the organization as JSON. */
    String row(Connection superuser, String table) throws SQLException {
        return TestDatabase.texts(
                        superuser,
                        "select to_jsonb(t)::text from " + table + " t where " + condition(table) + " limit 1")
                .getFirst();
    }

    private static List<String> tables(TestDatabase database) {
        return database.texts("""
                select c.relname from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                  and (c.relname in ('organizations', 'user_profiles')
                    or exists (select from pg_attribute a
                      where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
                order by 1""");
    }

    List<String> columns(String table, String type) {
        return database.texts("select attname from pg_attribute where attrelid = 'public." + table
                + "'::regclass and attnum > 0 and not attisdropped and atttypid = '" + type
                + "'::regtype order by attnum");
    }
}
