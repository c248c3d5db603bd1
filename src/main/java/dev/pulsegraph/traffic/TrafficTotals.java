package dev.pulsegraph.traffic;

/** What the traffic of some days adds up to. */
public record TrafficTotals(
        int sessions, int pageViews, int clicks, int visitors, double averageSessionSeconds, double bounceRate) {

    static TrafficTotals of(int sessions, int pageViews, int clicks, int visitors, long seconds, int bounces) {
        return new TrafficTotals(
                sessions,
                pageViews,
                clicks,
                visitors,
                sessions == 0 ? 0 : (double) seconds / sessions,
                sessions == 0 ? 0 : (double) bounces / sessions);
    }
}
