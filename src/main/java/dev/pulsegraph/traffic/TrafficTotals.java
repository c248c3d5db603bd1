package dev.pulsegraph.traffic;

/**
 * What happened on several days.
 *
 * @param visitors an estimate
 * @param averageSessionSeconds 0 without a session
 * @param bounceRate which part of the sessions has one view and no click, 0 to 1; 0 without a session
 */
public record TrafficTotals(
        int sessions, int pageViews, int clicks, int visitors, double averageSessionSeconds, double bounceRate) {

    public static TrafficTotals of(int sessions, int pageViews, int clicks, int visitors, long seconds, int bounces) {
        return new TrafficTotals(
                sessions,
                pageViews,
                clicks,
                visitors,
                sessions == 0 ? 0 : (double) seconds / sessions,
                sessions == 0 ? 0 : (double) bounces / sessions);
    }
}
