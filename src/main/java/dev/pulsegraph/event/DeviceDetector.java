package dev.pulsegraph.event;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import ua_parser.Client;
import ua_parser.Parser;

/** Tells device, browser and operating system by what a browser says it is. A new user agent takes a millisecond, so answers are kept. */
@Singleton
final class DeviceDetector {
    private static final int MAX_LENGTH = 512;
    private static final String UNKNOWN = "Other";
    private static final Pattern TELEVISION =
            Pattern.compile("(?i)\\b(?:smart-?tv|appletv|apple tv|googletv|hbbtv|netcast|web0s|roku|bravia|aft[bmst])");
    private static final Set<String> DESKTOPS =
            Set.of("windows", "mac os x", "linux", "ubuntu", "fedora", "debian", "chrome os", "freebsd", "openbsd");

    private final LoadingCache<String, Device> known =
            Caffeine.newBuilder().maximumSize(10_000).build(DeviceDetector::detect);

    Device of(String userAgent) {
        return known.get(userAgent.length() > MAX_LENGTH ? userAgent.substring(0, MAX_LENGTH) : userAgent);
    }

    private static Device detect(String userAgent) {
        Client client = Patterns.PARSER.parse(userAgent);
        String os = named(client.os.family);
        return new Device(
                kind(userAgent, client, os.toLowerCase(Locale.ROOT)), browser(named(client.userAgent.family)), os);
    }

    private static String kind(String userAgent, Client client, String os) {
        if (TELEVISION.matcher(userAgent).find()) {
            return "tv";
        }
        if (client.device.family.startsWith("iPad")
                || userAgent.contains("Tablet")
                || (os.equals("android") && !userAgent.contains("Mobile"))) {
            return "tablet";
        }
        if (userAgent.contains("Mobi") || os.equals("android") || os.equals("ios")) {
            return "mobile";
        }
        return DESKTOPS.contains(os) ? "desktop" : "";
    }

    /** One name on all devices. */
    private static String browser(String family) {
        return family.replace(" Mobile WebView", "")
                .replace(" Mobile", "")
                .replace("Mobile ", "")
                .strip();
    }

    private static String named(String family) {
        return family == null || family.equals(UNKNOWN) ? "" : family;
    }

    /** Each empty when it is not known. */
    record Device(String kind, String browser, String os) {
        static final Device NONE = new Device("", "", "");
    }

    /** Read when the first event comes, not when the server starts. */
    private static final class Patterns {
        static final Parser PARSER = new Parser();
    }
}
