-- Puts the sketches of sketches.tsv where they belong.
\set ON_ERROR_STOP on
set session_replication_role = replica;
create temp table sketches (date date, user_code text, share_code text, visitors bytea);
\copy sketches from 'sketches.tsv'
update analytics_daily_stats t set visitors = s.visitors from sketches s join organizations o on o.slug = :'slug'
where t.organization_id = o.id and t.date = s.date and s.user_code = '' and s.share_code = '';
update analytics_daily_user_stats t set visitors = s.visitors from sketches s join organizations o on o.slug = :'slug'
where t.organization_id = o.id and t.date = s.date and t.user_code = s.user_code and s.share_code = '';
update analytics_daily_group_stats t set visitors = s.visitors from sketches s join organizations o on o.slug = :'slug'
where t.organization_id = o.id and t.date = s.date and t.user_code = s.user_code and t.share_code = s.share_code and s.share_code <> '';
