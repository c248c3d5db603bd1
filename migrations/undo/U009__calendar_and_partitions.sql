drop trigger organizations_add_rollup_zones on organizations;
drop function app.update_rollup_zone(uuid, text), app.outdated_zones(text), app.add_rollup_zones();
drop procedure app.add_local_day_rollup(text);
drop table rollup_zones, local_day_rollups;
drop function app.make_partitions_ahead(int), app.make_partitions(text, date[]), app.make_month_partitions(text, date[]),
  app.make_partition(text, text, timestamptz, timestamptz);
drop view app.partition_ranges;
drop function app.partition_range(oid);
drop procedure app.partition_by_month(regclass, int, int, text, int);
drop table monthly_tables;
revoke usage, create on schema partitions from pulsegraph_guard;
drop schema partitions;
drop function app.months_between(timestamptz, timestamptz), app.local_day_span(date, text), app.local_date(timestamptz, text),
  app.local_day_start(timestamptz, text), app.local_day_start_near_change(timestamptz, text), app.start_of_day(date, text),
  app.quarter_hour(timestamptz);
