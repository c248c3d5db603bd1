package dev.pulsegraph.demo;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.Optional;
import java.util.UUID;

/** Each method writes all rows of a table in one statement; {@code rows} is a JSON array with the names of the columns. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface DemoRepository extends GenericRepository<DemoRepository.Row, UUID> {

    @Query("select exists (select from organizations where slug in ('acme', 'globex'))")
    boolean isLoaded();

    @Query("select exists (select from organizations)")
    boolean hasOrganizations();

    @Query("select id from organizations where slug = 'acme'")
    UUID acme();

    /** The secret of the page's key, which follows from the key's id; a key made by somebody else has another. */
    @Query("""
            select s.secret
            from organizations o join api_keys k on k.organization_id = o.id
            cross join lateral (select 'pgk_' || encode(sha256(convert_to('demo page ' || k.id, 'UTF8')), 'hex')) s(secret)
            where o.slug = 'acme' and k.secret_sha256 = sha256(convert_to(s.secret, 'UTF8'))
              and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
            order by k.id limit 1
            """)
    Optional<String> findPageKey();

    @Query("delete from organizations where slug in ('acme', 'globex')")
    void deleteOrganizations();

    @Query("""
            insert into user_profiles (id, name, email)
            select id, name, email from jsonb_to_recordset(cast(:rows as jsonb)) r(id uuid, name text, email text)
            on conflict (id) do nothing
            """)
    void createUsers(String rows);

    @Query("""
            insert into organizations (id, name, slug, description, website, subscription_tier, time_zone)
            select id, name, slug, description, website, subscription_tier, time_zone
            from jsonb_to_recordset(cast(:rows as jsonb))
              r(id uuid, name text, slug text, description text, website text, subscription_tier text, time_zone text)
            """)
    void createOrganizations(String rows);

    @Query("""
            insert into organization_members (organization_id, id, user_id, role)
            select organization_id, id, user_id, role from jsonb_to_recordset(cast(:rows as jsonb))
              r(organization_id uuid, id uuid, user_id uuid, role text)
            """)
    void createMembers(String rows);

    @Query("""
            insert into posts_core (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at)
            select organization_id, id, author_id, title, status, platforms, scheduled_at, published_at, created_at
            from jsonb_to_recordset(cast(:rows as jsonb)) r(organization_id uuid, id uuid, author_id uuid, title text, status text,
              platforms text[], scheduled_at timestamptz, published_at timestamptz, created_at timestamptz)
            """)
    void createPosts(String rows);

    @Query("""
            insert into posts_content (organization_id, post_id, content, hashtags, permalink)
            select organization_id, post_id, content, hashtags, permalink from jsonb_to_recordset(cast(:rows as jsonb))
              r(organization_id uuid, post_id uuid, content text, hashtags text[], permalink text)
            """)
    void createContents(String rows);

    @Query("""
            with files as (
              insert into media_files (organization_id, id, uploaded_by, file_name, storage_url, file_type, mime_type,
                size_bytes, width, height, alt_text)
              select organization_id, id, uploaded_by, file_name, storage_url, 'image', 'image/jpeg', size_bytes, 1080, 1080, alt_text
              from jsonb_to_recordset(cast(:rows as jsonb))
                r(organization_id uuid, id uuid, uploaded_by uuid, file_name text, storage_url text, size_bytes bigint, alt_text text))
            insert into post_media_links (organization_id, post_id, media_file_id, position)
            select organization_id, post_id, id, position from jsonb_to_recordset(cast(:rows as jsonb))
              r(organization_id uuid, id uuid, post_id uuid, position int)
            """)
    void createMedia(String rows);

    /** Makes the partitions of the months that {@link #createSamples} writes to. */
    @Query("""
            select app.make_metric_partitions(array(
              select distinct date_trunc('month', day at time zone 'UTC')::date
              from (
                select generate_series(r.published_at, least(r.published_at + interval '31 days', r.today), interval '10 days')
                from jsonb_to_recordset(cast(:counters as jsonb)) r(published_at timestamptz, today timestamptz)
                union
                select r.today from jsonb_to_recordset(cast(:counters as jsonb)) r(today timestamptz)
                union
                select r.recorded_at from jsonb_to_recordset(cast(:followers as jsonb)) r(recorded_at timestamptz)
              ) days(day)))
            """)
    int createMonths(String counters, String followers);

    /**
     * Samples of each counter of a post on its way to what it is now, for at most 30 days: half of it comes within three
     * days, as 1 - exp(-t / 4 days) grows. The insights of posts follow them.
     */
    @Query("""
            with readings as materialized (
              select r.organization_id, 'post' as entity_type, r.post_id as entity_id, r.platform, m.metric,
                r.published_at + reading.age as recorded_at,
                case m.metric when 'engagement_rate' then m.value else floor(m.value * grown.part) end as value
              from jsonb_to_recordset(cast(:counters as jsonb)) r(organization_id uuid, post_id uuid, platform text,
                impressions numeric, reach numeric, likes numeric, comments numeric, shares numeric, engagement_rate numeric,
                published_at timestamptz, today timestamptz)
              cross join lateral (values ('impressions', r.impressions), ('reach', r.reach), ('likes', r.likes),
                ('comments', r.comments), ('shares', r.shares), ('engagement_rate', r.engagement_rate)) m(metric, value)
              cross join lateral (select least(r.today - r.published_at, interval '30 days') as age) last
              cross join lateral (
                select a.age from unnest(cast('{6 hours,1 day,2 days,4 days,7 days,14 days}' as interval[])) a(age)
                where a.age < last.age
                union all
                select last.age) reading
              cross join lateral (
                select coalesce(
                  (1 - exp(- extract(epoch from reading.age)::float8 / 345600))
                    / nullif(1 - exp(- extract(epoch from last.age)::float8 / 345600), 0), 1)::numeric as part) grown
              union all
              select r.organization_id, 'account', r.account_id, r.platform, 'followers', r.recorded_at, r.followers
              from jsonb_to_recordset(cast(:followers as jsonb)) r(organization_id uuid, account_id uuid, platform text,
                followers numeric, recorded_at timestamptz)
            ),
            series as (
              insert into metric_series (organization_id, entity_type, entity_id, metric, platform)
              select distinct organization_id, entity_type, entity_id, metric, platform from readings
              returning organization_id, id, entity_type, entity_id, metric, platform
            ),
            written as (
              insert into metric_readings (organization_id, series_id, recorded_at, metric_value)
              select s.organization_id, s.id, r.recorded_at, r.value
              from series s join readings r on r.organization_id = s.organization_id and r.entity_type = s.entity_type
                and r.entity_id = s.entity_id and r.metric = s.metric and r.platform = s.platform
              returning 1
            )
            select count(*) from written
            """)
    long createSamples(String counters, String followers);

    @Query("""
            insert into ai_context_logs (organization_id, id, user_id, source_type, context_summary, ai_response, model_used,
              feedback_score, feedback_type, feedback_by, feedback_at, created_at)
            select "organizationId", id, "userId", "sourceType", "contextSummary", "aiResponse", "modelUsed",
              "feedbackScore", "feedbackType", "feedbackBy", "feedbackAt", "createdAt"
            from jsonb_to_recordset(cast(:rows as jsonb)) r("organizationId" uuid, id uuid, "userId" uuid, "sourceType" text,
              "contextSummary" text, "aiResponse" text, "modelUsed" text, "feedbackScore" int, "feedbackType" text,
              "feedbackBy" uuid, "feedbackAt" timestamptz, "createdAt" timestamptz)
            """)
    void createAiLogs(String rows);

    @MappedEntity("organizations")
    record Row(@Id UUID id) {}
}
