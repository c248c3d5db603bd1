-- Views of 30 days by path, as somebody would write it: without sessions, other values and the period before.
select v.path as value, count(*) as page_views, count(distinct v.visitor) as visitors
from analytics_page_views v
where v.organization_id = :'organization' and v.viewed_at >= :'from' and v.viewed_at < :'to'
group by 1 order by 2 desc limit 20
