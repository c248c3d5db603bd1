with happened as materialized (
  select viewed_at < :'from' as other, (viewed_at at time zone 'Europe/Berlin')::date as date, visitor, user_code, share_code, page_type,
    null as click_category, null as click_target
  from analytics_page_views where organization_id = :'organization' and viewed_at >= :'other_from' and viewed_at < :'to'
  union all
  select clicked_at < :'from', (clicked_at at time zone 'Europe/Berlin')::date, visitor, user_code, share_code, null, click_category, click_target
  from analytics_clicks where organization_id = :'organization' and clicked_at >= :'other_from' and clicked_at < :'to'
),
begun as materialized (
  select first_seen < :'from' as other, (first_seen at time zone 'Europe/Berlin')::date as date, user_code, share_code,
    page_views = 1 and clicks = 0 as bounces, floor(extract(epoch from last_seen - first_seen)) as seconds
  from analytics_sessions where organization_id = :'organization' and first_seen >= :'other_from' and first_seen < :'to'
)
select 'day' as kind, date::text as key, count(page_type) as a, count(click_target) as b, count(distinct visitor) as visitors
from happened where not other group by date
union all
select 'sessions of day', date::text, count(*), null, null from begun where not other group by date
union all
select case when other then 'previousTotals' else 'totals' end, '', count(page_type), count(click_target), count(distinct visitor)
from happened group by other
union all
select case when other then 'sessions of previousTotals' else 'sessions of totals' end, '', count(*), count(*) filter (where bounces), sum(seconds)
from begun group by other
union all
select 'share', user_code || ' ' || share_code, count(page_type), count(click_target), null from happened where not other group by user_code, share_code
union all
select 'sessions of share', user_code || ' ' || share_code, count(*), null, null from begun where not other group by user_code, share_code
union all
(select 'click', click_category || ' ' || click_target, count(*), null, null from happened where not other and click_target is not null
group by click_category, click_target order by 3 desc, click_target, click_category limit 20)
union all
select 'page', page_type, count(*), null, null from happened where not other and page_type is not null group by page_type
