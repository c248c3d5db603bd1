package dev.pulsegraph.event;

import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Knows sources by their hosts, and to which channel they belong: {@code traffic-sources.txt}. Channels are those of the default
 * channel grouping of Google Analytics 4, in its order, and one of assistants.
 */
@Singleton
final class TrafficSources {
    private static final String FILE = "/traffic-sources.txt";
    private static final String WILDCARD = ".*";
    /** What a site may have in each country: {@code de}, {@code com}, {@code co.uk}. Others sell what is below theirs. */
    private static final Pattern TOP = Pattern.compile("[a-z]{2,3}|(?:com?|net?|org?)\\.[a-z]{2}");

    private static final Pattern PAID = Pattern.compile(".*cp.*|ppc|retargeting|paid.*");
    private static final Pattern SHOPPING_CAMPAIGN = Pattern.compile(".*(?:(?:[^a-df-z]|^)shop|shopping).*");
    private static final Set<String> DISPLAY = Set.of("display", "banner", "expandable", "interstitial", "cpm");
    private static final Set<String> SOCIAL =
            Set.of("social", "social-network", "social-media", "sm", "social network", "social media");
    private static final Set<String> MAIL = Set.of("email", "e-mail", "e_mail", "e mail");
    private static final Set<String> LINKS = Set.of("referral", "app", "link");

    private final Map<String, Known> byDomain = new HashMap<>();
    private final Map<String, Known> byName = new HashMap<>();

    TrafficSources() {
        try (var file = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(TrafficSources.class.getResourceAsStream(FILE)), StandardCharsets.UTF_8))) {
            file.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(this::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String line) {
        List<String> words = List.of(line.strip().split("\\s+"));
        var known = new Known(words.get(1), Kind.valueOf(words.getFirst().toUpperCase(Locale.ROOT)));
        byName.putIfAbsent(known.name, known);
        words.subList(2, words.size()).forEach(domain -> byDomain.put(domain, known));
    }

    /**
     * Where a session came from. What a campaign says wins over the referrer.
     *
     * @param referrer host of the page that the visitor came from; empty without one
     * @param source of the campaign in lower case, empty without one; so for the medium and the name
     */
    TrafficSource find(String referrer, String source, String medium, String campaign) {
        if (referrer.isEmpty() && source.isEmpty() && medium.isEmpty()) {
            return TrafficSource.DIRECT;
        }
        Known known = source.isEmpty() ? ofHost(referrer) : ofName(source);
        String name = known != null ? known.name : source.isEmpty() ? referrer : source;
        return new TrafficSource(
                name,
                channel(
                        known == null ? Kind.OTHER : known.kind,
                        name,
                        medium,
                        campaign.toLowerCase(Locale.ROOT),
                        !referrer.isEmpty()));
    }

    private @Nullable Known ofName(String source) {
        Known known = byName.get(source);
        return known == null ? ofHost(source) : known;
    }

    /** By the longest of its ends that is known. */
    private @Nullable Known ofHost(String host) {
        String end = host;
        while (!end.isEmpty()) {
            Known known = byDomain.get(end);
            int dot = end.indexOf('.');
            if (known == null && dot > 0 && TOP.matcher(end.substring(dot + 1)).matches()) {
                known = byDomain.get(end.substring(0, dot) + WILDCARD);
            }
            if (known != null || dot < 0) {
                return known;
            }
            end = end.substring(dot + 1);
        }
        return null;
    }

    private static String channel(Kind kind, String source, String medium, String campaign, boolean referred) {
        boolean paid = PAID.matcher(medium).matches();
        boolean shopping =
                kind == Kind.SHOPPING || SHOPPING_CAMPAIGN.matcher(campaign).matches();
        if (paid && shopping) {
            return "Paid Shopping";
        }
        if (paid && kind.paid != null) {
            return kind.paid;
        }
        if (DISPLAY.contains(medium)) {
            return "Display";
        }
        if (paid) {
            return "Paid Other";
        }
        if (shopping) {
            return "Organic Shopping";
        }
        if (kind == Kind.SOCIAL || SOCIAL.contains(medium)) {
            return "Organic Social";
        }
        if (kind == Kind.VIDEO || medium.contains("video")) {
            return "Organic Video";
        }
        if (kind == Kind.SEARCH || medium.equals("organic")) {
            return "Organic Search";
        }
        if (kind == Kind.AI) {
            return "AI Assistants";
        }
        if (kind == Kind.MAIL || MAIL.contains(source) || MAIL.contains(medium)) {
            return "Email";
        }
        return otherChannel(source, medium, referred);
    }

    private static String otherChannel(String source, String medium, boolean referred) {
        if (medium.equals("affiliate")) {
            return "Affiliates";
        }
        if (medium.equals("audio")) {
            return "Audio";
        }
        if (source.equals("sms") || medium.equals("sms")) {
            return "SMS";
        }
        if (medium.endsWith("push") || medium.contains("mobile") || medium.contains("notification")) {
            return "Mobile Push";
        }
        return LINKS.contains(medium) || (referred && medium.isEmpty()) ? "Referral" : "Other";
    }

    private record Known(String name, Kind kind) {}

    /** What a source is, as the first word of its line says. */
    private enum Kind {
        SEARCH("Paid Search"),
        SOCIAL("Paid Social"),
        VIDEO("Paid Video"),
        SHOPPING("Paid Shopping"),
        MAIL(null),
        AI(null),
        OTHER(null);

        private final @Nullable String paid;

        Kind(@Nullable String paid) {
            this.paid = paid;
        }
    }
}
