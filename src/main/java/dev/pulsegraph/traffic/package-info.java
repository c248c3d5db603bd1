/// Web traffic: statistics of days and quarters of an hour, made of events and sessions.
///
/// ## How events are counted
///
/// `event/EventWriter` writes events in batches. In the same transaction `app.write_event_batch` adds what changed to
/// quarters of an hour and to days. **`VisitorCounter`** then enters visitors into the sketches of the rows that
/// changed, and **`app.store_visitor_sketches`** stores them.
///
/// What a session counted for moves along when it merges. So events may come in any order, and rollups are what a
/// recount gives (`TrafficPropertyTest`).
///
/// Days are one table, `traffic_days`, at four levels: the organization, each user code, each share code of one and
/// each contact. A level is a partition with the name that the sources know it by; writers name the parent and write
/// all levels by one statement, readers name the level they need.
///
/// Jobs keep it in order (`V020`). `cleanup_old_raw_events` (`TrafficJobs`) drops whole months, but for the sessions
/// that a late event may still make longer, and notes in `traffic_retention` since when raw events are all there.
/// Days before that are never counted again; all others `app.recount_traffic_day` counts from raw events and
/// sessions, and writes only what differs. Sketches are merged in Java under the same lock, by `TrafficUpkeep`, which
/// the jobs of `maintenance` call: of quarters of an hour for the days of a new time zone, of raw events for the audit.
///
/// ## Path of a query
///
/// `Organization.dailyStats` reads nothing itself: each field below it is a batch of its own in `DailyStatsLoader`,
/// one statement for all that the operation asks for, by whatever codes (`TrafficRequests`). The parts of such a
/// statement
/// (`TrafficDayRepository`) are the ways to ask; each begins with a condition on the question alone, so that the
/// others are not run, and is one range of one index for each key. Days come from the coarsest table that knows
/// them:
///
/// | asked by | days | share codes | clicks, pages | contacts |
/// |---|---|---|---|---|
/// | nothing | `analytics_daily_stats` | `_group_stats` | `_click_targets`, `_page_stats` | `_contact_stats` |
/// | user code | `analytics_daily_user_stats` | `_group_stats` | the same, day by day | the same, day by day |
/// | share code | `analytics_daily_group_stats` | `_group_stats` | by way of `_group_stats` | by way of `_group_stats`
/// |
/// | contact | `analytics_daily_contact_stats` | `_contact_stats` | refused: not counted | `_contact_stats` |
///
/// Hours, and days of a zone that is not the organization's, are added up from quarters of an hour
/// (`TrafficQuarterRepository`), whose key begins with the organization and the time. `DailyStatsAssembler` adds rows
/// up, and joins the sketches of visitors, which are read only when somebody asks for visitors.
///
/// `Organization.trafficSeries` (`TrafficSeriesLoader`) is one statement (`TrafficSeriesRepository`): `series` cuts the
/// periods into pieces of days, of quarters of an hour and of what is left at their ends, and each is read from one
/// place.
@NullMarked
package dev.pulsegraph.traffic;

import org.jspecify.annotations.NullMarked;
