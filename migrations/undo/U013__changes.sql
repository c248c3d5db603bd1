drop trigger analytics_daily_stats_tell_insert on analytics_daily_stats;
drop trigger analytics_daily_stats_tell_update on analytics_daily_stats;
drop trigger analytics_daily_stats_tell_delete on analytics_daily_stats;
drop function app.tell_traffic(), app.notify_change(text, uuid);
