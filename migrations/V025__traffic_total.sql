-- package: traffic
-- Clicks by target and views by type of page, of all codes of an organization together. A dashboard without codes reads some 40
-- rows a day here, and would add up as many thousands where each code has its own.
--
-- They are sums over analytics_daily_click_targets and analytics_daily_page_stats, moved by whatever moves these: a batch of
-- events, a recount, a change of zone, a source's own INSERT. The triggers are called once a statement with all rows that it
-- changed, and add what came less what went:
--
--   analytics_daily_click_targets          traffic_daily_targets
--   olivia, fair   button  3 -> 5     ->   button  7 -> 9
--   olivia         button  4

create table traffic_daily_targets (
  organization_id uuid not null,
  date date not null,
  click_category text not null,
  click_target text not null,
  clicks bigint not null,
  constraint traffic_daily_targets_pkey primary key (organization_id, date, click_category, click_target)
) with (fillfactor = 80);
comment on table traffic_daily_targets is 'Clicks on each target by local days, of all codes together.';

create table traffic_daily_pages (
  organization_id uuid not null,
  date date not null,
  page_type text not null,
  page_views bigint not null,
  constraint traffic_daily_pages_pkey primary key (organization_id, date, page_type)
) with (fillfactor = 80);
comment on table traffic_daily_pages is 'Views of each type of page by local days, of all codes together.';

create function app.total_targets() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into public.traffic_daily_targets as t (organization_id, date, click_category, click_target, clicks)
    select n.organization_id, n.date, n.click_category, n.click_target, sum(n.click_count)
    from came n
    group by n.organization_id, n.date, n.click_category, n.click_target
    order by n.organization_id, n.date, n.click_category, n.click_target
    on conflict (organization_id, date, click_category, click_target) do update set clicks = t.clicks + excluded.clicks;
  elsif tg_op = 'UPDATE' then
    insert into public.traffic_daily_targets as t (organization_id, date, click_category, click_target, clicks)
    select d.organization_id, d.date, d.click_category, d.click_target, sum(d.clicks)
    from (
      select n.organization_id, n.date, n.click_category, n.click_target, n.click_count as clicks from came n
      union all
      select o.organization_id, o.date, o.click_category, o.click_target, -o.click_count from went o) d
    group by d.organization_id, d.date, d.click_category, d.click_target
    having sum(d.clicks) <> 0
    order by d.organization_id, d.date, d.click_category, d.click_target
    on conflict (organization_id, date, click_category, click_target) do update set clicks = t.clicks + excluded.clicks;
  else
    update public.traffic_daily_targets t set clicks = t.clicks - d.clicks
    from (
      select o.organization_id, o.date, o.click_category, o.click_target, sum(o.click_count) as clicks
      from went o group by o.organization_id, o.date, o.click_category, o.click_target) d
    where (t.organization_id, t.date, t.click_category, t.click_target) = (d.organization_id, d.date, d.click_category, d.click_target);
    delete from public.traffic_daily_targets t
    using (select distinct o.organization_id, o.date from went o) d
    where (t.organization_id, t.date) = (d.organization_id, d.date) and t.clicks = 0;
  end if;
  return null;
end
$$;
comment on function app.total_targets() is 'Keeps traffic_daily_targets the sums of analytics_daily_click_targets.';

create function app.total_pages() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into public.traffic_daily_pages as t (organization_id, date, page_type, page_views)
    select n.organization_id, n.date, n.page_type, sum(n.view_count)
    from came n
    group by n.organization_id, n.date, n.page_type order by n.organization_id, n.date, n.page_type
    on conflict (organization_id, date, page_type) do update set page_views = t.page_views + excluded.page_views;
  elsif tg_op = 'UPDATE' then
    insert into public.traffic_daily_pages as t (organization_id, date, page_type, page_views)
    select d.organization_id, d.date, d.page_type, sum(d.page_views)
    from (
      select n.organization_id, n.date, n.page_type, n.view_count as page_views from came n
      union all
      select o.organization_id, o.date, o.page_type, -o.view_count from went o) d
    group by d.organization_id, d.date, d.page_type
    having sum(d.page_views) <> 0
    order by d.organization_id, d.date, d.page_type
    on conflict (organization_id, date, page_type) do update set page_views = t.page_views + excluded.page_views;
  else
    update public.traffic_daily_pages t set page_views = t.page_views - d.page_views
    from (
      select o.organization_id, o.date, o.page_type, sum(o.view_count) as page_views
      from went o group by o.organization_id, o.date, o.page_type) d
    where (t.organization_id, t.date, t.page_type) = (d.organization_id, d.date, d.page_type);
    delete from public.traffic_daily_pages t
    using (select distinct o.organization_id, o.date from went o) d
    where (t.organization_id, t.date) = (d.organization_id, d.date) and t.page_views = 0;
  end if;
  return null;
end
$$;
comment on function app.total_pages() is 'Keeps traffic_daily_pages the sums of analytics_daily_page_stats.';

alter function app.total_targets() owner to pulsegraph_guard;
alter function app.total_pages() owner to pulsegraph_guard;
create trigger analytics_daily_click_targets_insert_totals after insert on analytics_daily_click_targets
  referencing new table as came for each statement execute function app.total_targets();
create trigger analytics_daily_click_targets_update_totals after update on analytics_daily_click_targets
  referencing old table as went new table as came for each statement execute function app.total_targets();
create trigger analytics_daily_click_targets_delete_totals after delete on analytics_daily_click_targets
  referencing old table as went for each statement execute function app.total_targets();
create trigger analytics_daily_page_stats_insert_totals after insert on analytics_daily_page_stats
  referencing new table as came for each statement execute function app.total_pages();
create trigger analytics_daily_page_stats_update_totals after update on analytics_daily_page_stats
  referencing old table as went new table as came for each statement execute function app.total_pages();
create trigger analytics_daily_page_stats_delete_totals after delete on analytics_daily_page_stats
  referencing old table as went for each statement execute function app.total_pages();

call app.protect('traffic_daily_targets', reads => 'viewer', worker => 'select', guard => 'all');
call app.protect('traffic_daily_pages', reads => 'viewer', worker => 'select', guard => 'all');
grant select on traffic_daily_targets, traffic_daily_pages to pulsegraph_api, pulsegraph_worker;
grant select, insert, update, delete on traffic_daily_targets, traffic_daily_pages to pulsegraph_guard;
