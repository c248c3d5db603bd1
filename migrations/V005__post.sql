-- package: post
-- Posts: the lean core that lists and sorts, the content that is read when asked for, media in order, and the newest
-- counters per platform. Children name the organization and the post together, so no row can point into another tenant.

create table posts_core (
  organization_id uuid not null,
  id uuid not null,
  author_id uuid,
  title text,
  status text not null default 'draft',
  platforms text[] not null default '{}',
  scheduled_at timestamptz,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  published_order timestamptz not null generated always as (coalesce(published_at, '-infinity')) stored,
  title_order text collate "und-x-icu" not null generated always as (coalesce(title, '')) stored,
  latest_metrics text[] not null default '{}',
  latest_sums double precision[] not null default '{}',
  latest_means double precision[] not null default '{}',
  latest_at timestamptz[] not null default '{}',
  constraint posts_core_pkey primary key (organization_id, id),
  constraint posts_core_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint posts_core_author_id_fkey foreign key (author_id) references user_profiles (id) on delete set null,
  constraint posts_core_title_length check (length(title) <= 500 and not app.is_blank(title)),
  constraint posts_core_status_known check (status in ('draft', 'scheduled', 'published', 'failed', 'archived')),
  constraint posts_core_scheduled_has_time check (status <> 'scheduled' or scheduled_at is not null),
  constraint posts_core_published_has_time check (status <> 'published' or published_at is not null),
  constraint posts_core_platforms_format check (
    cardinality(platforms) <= 20 and array_position(platforms, null) is null
    -- One name joined is one name split: none is empty, and none holds the comma.
    and cardinality(string_to_array(array_to_string(platforms, ','), ',')) = cardinality(platforms)
    and array_to_string(platforms, ',') ~ '^([a-z0-9_.-]{1,50}(,[a-z0-9_.-]{1,50})*)?$'),
  constraint posts_core_latest_parallel check (
    cardinality(latest_sums) = cardinality(latest_metrics) and cardinality(latest_means) = cardinality(latest_metrics)
    and cardinality(latest_at) = cardinality(latest_metrics))
) with (fillfactor = 80);
comment on table posts_core is 'A post as lists need it: who, when, where, in what state.';
-- Columns and not expressions in the index: under row security a condition on coalesce() is taken for one that might leak,
-- and is checked only after the rows were read, so that every page would read all pages before it.
comment on column posts_core.published_order is 'What a page by time of publication is ordered by: never published counts as oldest.';
comment on column posts_core.title_order is 'What a page by title is ordered by: no title comes before all others.';
-- Beside the post, so that a page of posts with their newest values is one index range. No index has these columns, so that
-- a new version of the row, which each import of metrics writes, stays on its page and touches none.
comment on column posts_core.latest_metrics is
  'Metrics with a sample, by name, as those who keep samples say. latest_sums, latest_means and latest_at have the newest values of all platforms added up, their mean, and when the newest is of, at the same positions.';
comment on constraint posts_core_title_length on posts_core is 'title: 1 to 500 characters, not only blanks.';
comment on constraint posts_core_scheduled_has_time on posts_core is 'scheduledAt: required for a SCHEDULED post.';
comment on constraint posts_core_published_has_time on posts_core is 'publishedAt: required for a PUBLISHED post.';
comment on constraint posts_core_platforms_format on posts_core is
  'platforms: at most 20 names of 1 to 50 lower-case letters, digits, dots, hyphens and underscores.';
-- One index an ordering, for keyset pages in both directions. Posts that were never published come last, newest first.
create index posts_core_organization_id_published_at_idx on posts_core (organization_id, published_order desc, id desc);
create index posts_core_organization_id_created_at_idx on posts_core (organization_id, created_at desc, id desc);
create index posts_core_organization_id_title_idx on posts_core (organization_id, title_order, id);
create index posts_core_author_id_idx on posts_core (author_id);
-- The planner multiplies the condition of a page with that of the policy, takes every organization for a tiny one, and would
-- rather sort it than walk the index of the order asked for. Told of few organizations it expects large ones, and walks;
-- a tiny one is fast either way.
alter table posts_core alter column organization_id set (n_distinct = 20);

create table posts_content (
  organization_id uuid not null,
  post_id uuid not null,
  content text not null,
  hashtags text[] not null default '{}',
  permalink text,
  metadata jsonb not null default '{}',
  constraint posts_content_pkey primary key (organization_id, post_id),
  constraint posts_content_post_fkey foreign key (organization_id, post_id) references posts_core (organization_id, id) on delete cascade,
  constraint posts_content_content_length check (length(content) <= 100000 and not app.is_blank(content)),
  constraint posts_content_permalink_format check (app.is_address(permalink)),
  constraint posts_content_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
  constraint posts_content_hashtags_format check (
    cardinality(hashtags) <= 100 and array_position(hashtags, null) is null
    and cardinality(string_to_array(array_to_string(hashtags, ' '), ' ')) = cardinality(hashtags)
    and array_to_string(hashtags, ' ') ~ '^([^\s#\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{1,100}( [^\s#\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{1,100})*)?$')
);
comment on table posts_content is 'What a post says. Apart from the core, so that lists do not read it.';
comment on constraint posts_content_content_length on posts_content is 'content: 1 to 100000 characters, not only blanks.';
comment on constraint posts_content_permalink_format on posts_content is
  'permalink: an http or https address of at most 2000 characters, without spaces and control characters.';
comment on constraint posts_content_metadata_is_object on posts_content is 'metadata: a JSON object.';
comment on constraint posts_content_hashtags_format on posts_content is
  'hashtags: at most 100 tags of 1 to 100 characters without spaces; a leading # is dropped.';

create table media_files (
  organization_id uuid not null,
  id uuid not null,
  uploaded_by uuid,
  file_name text not null,
  storage_url text not null,
  file_type text not null,
  mime_type text,
  size_bytes bigint not null default 0,
  width int,
  height int,
  duration_seconds double precision,
  thumbnail_url text,
  alt_text text,
  created_at timestamptz not null default now(),
  constraint media_files_pkey primary key (organization_id, id),
  constraint media_files_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint media_files_uploaded_by_fkey foreign key (uploaded_by) references user_profiles (id) on delete set null,
  constraint media_files_file_name_length check (length(file_name) <= 255 and not app.is_blank(file_name)),
  constraint media_files_storage_url_format check (app.is_address(storage_url, 'https?|s3|gs')),
  constraint media_files_thumbnail_url_format check (app.is_address(thumbnail_url)),
  constraint media_files_mime_type_length check (length(mime_type) <= 200),
  constraint media_files_alt_text_length check (length(alt_text) <= 2000),
  constraint media_files_file_type_known check (file_type in ('image', 'video', 'audio', 'document')),
  constraint media_files_size_bytes_in_range check (size_bytes between 0 and 1125899906842624),
  constraint media_files_width_in_range check (width between 1 and 1000000),
  constraint media_files_height_in_range check (height between 1 and 1000000),
  constraint media_files_duration_seconds_in_range check (duration_seconds between 0 and 31536000)
);
comment on table media_files is 'Pictures, films, sounds and documents of an organization. The bytes live where storage_url points.';
comment on constraint media_files_file_name_length on media_files is 'fileName: 1 to 255 characters, not only blanks.';
comment on constraint media_files_storage_url_format on media_files is 
  'url: an http, https, s3 or gs address of at most 2000 characters, without spaces and control characters.';
comment on constraint media_files_thumbnail_url_format on media_files is
  'thumbnailUrl: an http or https address of at most 2000 characters, without spaces and control characters.';
comment on constraint media_files_mime_type_length on media_files is 'mimeType: at most 200 characters.';
comment on constraint media_files_alt_text_length on media_files is 'altText: at most 2000 characters.';
comment on constraint media_files_size_bytes_in_range on media_files is 'sizeBytes: 0 to 1125899906842624, which is 1 PiB.';
comment on constraint media_files_width_in_range on media_files is 'width: 1 to 1000000 pixels.';
comment on constraint media_files_height_in_range on media_files is 'height: 1 to 1000000 pixels.';
comment on constraint media_files_duration_seconds_in_range on media_files is 'durationSeconds: 0 to 31536000, which is a year.';
create index media_files_uploaded_by_idx on media_files (uploaded_by);

create table post_media_links (
  organization_id uuid not null,
  post_id uuid not null,
  media_file_id uuid not null,
  position int not null,
  constraint post_media_links_pkey primary key (organization_id, post_id, media_file_id),
  -- Deferrable, so that files can change places in one statement.
  constraint post_media_links_position_key unique (organization_id, post_id, position) deferrable initially immediate,
  constraint post_media_links_post_fkey foreign key (organization_id, post_id) references posts_core (organization_id, id) on delete cascade,
  constraint post_media_links_media_file_fkey foreign key (organization_id, media_file_id) references media_files (organization_id, id) on delete cascade,
  constraint post_media_links_position_in_range check (position between 0 and 49)
);
comment on table post_media_links is 'Which media a post shows, in order.';
comment on constraint post_media_links_pkey on post_media_links is 'media: the same file appears twice in the post.';
comment on constraint post_media_links_media_file_fkey on post_media_links is 'media: there is no such media file in this organization.';
comment on constraint post_media_links_position_in_range on post_media_links is 'media: at most 50 files a post.';
create index post_media_links_media_file_idx on post_media_links (organization_id, media_file_id);

create table post_insights (
  organization_id uuid not null,
  post_id uuid not null,
  platform text not null,
  impressions bigint not null default 0,
  reach bigint not null default 0,
  likes bigint not null default 0,
  comments bigint not null default 0,
  shares bigint not null default 0,
  engagement_rate double precision,
  recorded_at timestamptz not null default now(),
  constraint post_insights_pkey primary key (organization_id, post_id, platform),
  constraint post_insights_post_fkey foreign key (organization_id, post_id) references posts_core (organization_id, id) on delete cascade,
  constraint post_insights_counters_positive check (impressions >= 0 and reach >= 0 and likes >= 0 and comments >= 0 and shares >= 0)
) with (fillfactor = 80);
comment on table post_insights is
  'The newest counters of a post as each platform reports them: one row a platform, replaced and never added up over time, so nothing is counted twice.';

create trigger posts_core_touch
  before update of author_id, title, status, platforms, scheduled_at, published_at on posts_core
  for each row execute function app.set_updated_at();

-- A file that no post shows any more is removed with its last link, so that it no longer counts as storage.
create function app.remove_unlinked_media() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.media_files f
  using (select distinct organization_id, media_file_id from gone) g
  where f.organization_id = g.organization_id and f.id = g.media_file_id
    and not exists (
      select from public.post_media_links l
      where l.organization_id = f.organization_id and l.media_file_id = f.id);
  return null;
end
$$;
comment on function app.remove_unlinked_media() is 'Deletes media files whose last link to a post went away.';
alter function app.remove_unlinked_media() owner to pulsegraph_guard;
grant select on post_media_links to pulsegraph_guard;
grant select, delete on media_files to pulsegraph_guard;
create trigger post_media_links_remove_unlinked after delete on post_media_links
  referencing old table as gone for each statement execute function app.remove_unlinked_media();

-- The shape posts had before they were split, for those who read the database directly. `security_invoker`: the view
-- shows what the reader may see. The source's view ran as its owner and showed everybody everything.
create view posts_unified with (security_invoker = true) as
select
  p.organization_id,
  p.id,
  p.author_id as user_id,
  p.title,
  c.content,
  coalesce(m.urls, '{}') as media_urls,
  m.file_type as media_type,
  p.platforms,
  p.status,
  p.scheduled_at,
  p.published_at,
  c.hashtags as tags,
  coalesce(i.likes, 0) as likes,
  coalesce(i.comments, 0) as comments,
  coalesce(i.shares, 0) as shares,
  coalesce(i.reach, 0) as reach,
  coalesce(i.impressions, 0) as impressions,
  c.metadata,
  p.created_at,
  p.updated_at
from posts_core p
join posts_content c on c.organization_id = p.organization_id and c.post_id = p.id
left join lateral (
  select array_agg(f.storage_url order by l.position) as urls, min(f.file_type) as file_type
  from post_media_links l
  join media_files f on f.organization_id = l.organization_id and f.id = l.media_file_id
  where l.organization_id = p.organization_id and l.post_id = p.id
) m on true
left join lateral (
  select app.saturated(sum(s.likes)) as likes, app.saturated(sum(s.comments)) as comments, app.saturated(sum(s.shares)) as shares,
    app.saturated(sum(s.reach)) as reach, app.saturated(sum(s.impressions)) as impressions
  from post_insights s
  where s.organization_id = p.organization_id and s.post_id = p.id
) i on true;
comment on view posts_unified is 'Posts with their content, media addresses in order and counters summed over platforms. Shows what the reader may see.';

-- ---- The wall: everybody in the organization reads, editors write

call app.protect('posts_core', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  worker => 'all', guard => 'all');
call app.protect('posts_content', reads => 'viewer', inserts => 'editor', updates => 'editor', worker => 'all');
call app.protect('media_files', reads => 'viewer', inserts => 'editor', worker => 'all', guard => 'all');
call app.protect('post_media_links', reads => 'viewer', inserts => 'editor', updates => 'editor', deletes => 'editor',
  worker => 'all', guard => 'select');
call app.protect('post_insights', reads => 'viewer', worker => 'all');

grant select, delete on posts_core to pulsegraph_api;
grant insert (organization_id, id, author_id, title, status, platforms, scheduled_at, published_at) on posts_core to pulsegraph_api;
grant update (latest_metrics, latest_sums, latest_means, latest_at) on posts_core to pulsegraph_guard;
grant update (title, status, platforms, scheduled_at, published_at) on posts_core to pulsegraph_api;
grant select, insert on posts_content to pulsegraph_api;
grant update (content, hashtags, permalink, metadata) on posts_content to pulsegraph_api;
grant select, insert on media_files to pulsegraph_api;
grant select, insert, delete on post_media_links to pulsegraph_api;
grant update (position) on post_media_links to pulsegraph_api;
grant select on post_insights, posts_unified to pulsegraph_api;
grant select, insert on posts_core, posts_content, media_files, post_media_links, post_insights to pulsegraph_worker;
