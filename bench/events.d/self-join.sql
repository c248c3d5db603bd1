-- The five steps of one period as Umami's getFunnel writes them: each step joins the visitors of the one before with the events
-- again. It has neither a breakdown nor a period compared with, and counts whoever did a step within the window of the first.
with level1 as (
  select distinct e.visitor, e.at from product_events e
  where e.organization_id = :'organization' and e.at >= :'from' and e.at < :'to' and e.path like '/products/%'
),
level2 as (
  select distinct e.visitor, e.at from level1 l join product_events e on l.visitor = e.visitor
  where e.organization_id = :'organization' and e.at between l.at and l.at + interval '1 day' and e.name = 'Product Added'
    and e.at >= :'from' and e.at < :'to'::timestamptz + interval '1 day'
),
level3 as (
  select distinct e.visitor, e.at from level2 l join product_events e on l.visitor = e.visitor
  where e.organization_id = :'organization' and e.at between l.at and l.at + interval '1 day' and e.name = 'Checkout Started'
    and e.at >= :'from' and e.at < :'to'::timestamptz + interval '1 day'
),
level4 as (
  select distinct e.visitor, e.at from level3 l join product_events e on l.visitor = e.visitor
  where e.organization_id = :'organization' and e.at between l.at and l.at + interval '1 day' and e.name = 'Payment Entered'
    and e.at >= :'from' and e.at < :'to'::timestamptz + interval '1 day'
),
level5 as (
  select distinct e.visitor, e.at from level4 l join product_events e on l.visitor = e.visitor
  where e.organization_id = :'organization' and e.at between l.at and l.at + interval '1 day' and e.name = 'Order Completed'
    and e.at >= :'from' and e.at < :'to'::timestamptz + interval '1 day'
)
select 1 as level, count(distinct visitor) from level1
union all select 2, count(distinct visitor) from level2
union all select 3, count(distinct visitor) from level3
union all select 4, count(distinct visitor) from level4
union all select 5, count(distinct visitor) from level5
order by 1
