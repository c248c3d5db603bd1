drop table funnel_versions, funnels;
drop function app.enforce_funnel_limit();
