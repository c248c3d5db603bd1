-- Sessions of 30 days by source, as somebody would write it: without other values and the period before.
select s.dimensions[3] as value, count(*) as sessions, sum(s.page_views) as page_views, count(distinct s.visitor) as visitors
from analytics_sessions s
where s.organization_id = :'organization' and s.first_seen >= :'from' and s.first_seen < :'to'
group by 1 order by 2 desc limit 20
