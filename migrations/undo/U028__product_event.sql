drop trigger organizations_delete_event_quarter_hours on organizations;
drop function app.delete_event_quarter_hours(), app.count_event_names();
drop table event_quarter_hours, event_names;
drop view product_events;
