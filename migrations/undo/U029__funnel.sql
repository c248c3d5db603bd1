drop table funnel_versions, funnels;
