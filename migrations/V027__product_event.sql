-- package: product
-- Events as somebody who looks at a product sees them: one after the other, whatever they are, found by names and properties.
--
-- Views, clicks and all other events are tables of their own, since traffic is counted of the first two. What asks for any of
-- them reads product_events. It is flattened into whatever reads it: conditions go down to the tables, each is walked along
-- its primary key (organization, time, id), and what an order wants of all three is merged, not sorted.
--
-- Conditions on properties are one predicate of jsonpath, properties @@ '$."plan" == "pro"': it compares types, and a property
-- that is missing or of another type is no error but does not match.

-- A branch with a condition of its own would not be flattened, so that bots are left out of all three.
create view product_events with (security_invoker = true) as
select e.organization_id, e.id, e.type, e.name, e.visitor, e.user_id, e.at, e.received_at, e.user_code, e.share_code, e.contact_id,
  e.session_key, e.page_type, e.path, e.click_target, e.properties, e.context
from (
  select v.organization_id, v.id, 'page'::text as type, v.name, v.visitor, v.user_id, v.viewed_at as at, v.received_at, v.user_code,
    v.share_code, v.contact_id, v.session_key, v.page_type, v.path, null::text as click_target, v.properties, v.context, false as is_bot
  from analytics_page_views v
  union all
  select c.organization_id, c.id, 'click'::text, c.name, c.visitor, c.user_id, c.clicked_at, c.received_at, c.user_code,
    c.share_code, c.contact_id, c.session_key, null::text, null::text, c.click_target, c.properties, c.context, false
  from analytics_clicks c
  union all
  select e.organization_id, e.id, e.type, e.name, e.visitor, e.user_id, e.occurred_at, e.received_at, e.user_code,
    e.share_code, e.contact_id, null::uuid, null::text, null::text, null::text, e.properties, e.context, e.is_bot
  from analytics_events e) e
where not e.is_bot;
comment on view product_events is 'Views, clicks and all other events of people. A code that was not given is ''''.';
grant select on product_events to pulsegraph_api, pulsegraph_worker;
