package dev.pulsegraph.event;

import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Storable;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads of an event where it happened and how the visitor came there. What it cannot read is empty, and never a fault. */
@Singleton
public final class CircumstanceReader {
    private static final int MAX_VALUE = 200;
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
    private static final Pattern LANGUAGE = Pattern.compile("([A-Za-z]{2,3})(?:[-_,;].*)?");
    private static final Pattern COUNTRY = Pattern.compile("[A-Za-z]{2}");
    /** What a proxy writes of a country that it does not know. */
    private static final String NO_COUNTRY = "XX";

    private final TrafficSources sources;
    private final DeviceDetector devices;
    private final List<String> pathParameters;

    CircumstanceReader(TrafficSources sources, DeviceDetector devices, EventSettings settings) {
        this.sources = sources;
        this.devices = devices;
        this.pathParameters = settings.countedParameters();
    }

    /**
     * Of a view or a click; of all else there are none.
     *
     * @param userAgent null when it is not known; so for the referrer
     * @param country of two letters, asked for where it counts
     * @param languages as the browser's request tells them
     */
    public Circumstances read(
            TrackType type,
            Map<String, Object> properties,
            Map<String, Object> context,
            @Nullable String clickTarget,
            @Nullable String userAgent,
            @Nullable String referrer,
            Supplier<@Nullable String> country,
            @Nullable String languages) {
        if (type != TrackType.PAGE && type != TrackType.CLICK) {
            return Circumstances.NONE;
        }
        boolean view = type == TrackType.PAGE;
        Map<?, ?> page = object(context.get("page"));
        var url = new PageUrl(first(page.get("url"), view ? properties.get("url") : null));
        String search = first(page.get("search"), view ? properties.get("search") : null);
        Map<String, String> parameters =
                url.parameters().isEmpty() && search != null ? new PageUrl(search).parameters() : url.parameters();
        String path = path(PagePath.of(view ? properties : Map.of(), context), parameters);
        String host = url.host();
        String outbound = clickTarget == null || view ? "" : outbound(clickTarget, host);
        List<String> dimensions = dimensions(
                host,
                path,
                referrer,
                object(context.get("campaign")),
                parameters,
                userAgent,
                country.get(),
                first(context.get("locale"), languages));
        return new Circumstances(
                path,
                outbound.isEmpty() ? null : outbound,
                dimensions.stream().allMatch(String::isEmpty) ? List.of() : dimensions);
    }

    private List<String> dimensions(
            String host,
            @Nullable String path,
            @Nullable String referrer,
            Map<?, ?> campaign,
            Map<String, String> parameters,
            @Nullable String userAgent,
            @Nullable String country,
            @Nullable String locale) {
        var from = new PageUrl(referrer);
        // Who comes from a page of the same site came from nowhere else.
        boolean own = from.host().equals(host);
        String source = lower(first(campaign.get("source"), parameters.get("utm_source")));
        String medium = lower(first(campaign.get("medium"), parameters.get("utm_medium")));
        String name = value(first(campaign.get("name"), parameters.get("utm_campaign")));
        TrafficSource found = sources.find(own ? "" : from.host(), source, medium, name);
        DeviceDetector.Device device = userAgent == null ? DeviceDetector.Device.NONE : devices.of(userAgent);
        String[] values = new String[SessionDimension.values().length];
        for (SessionDimension dimension : SessionDimension.values()) {
            values[dimension.position() - 1] = switch (dimension) {
                case HOSTNAME -> value(host);
                case REFERRER -> own ? "" : value(from.place());
                case SOURCE -> value(found.name());
                case CHANNEL -> found.channel();
                case UTM_SOURCE -> source;
                case UTM_MEDIUM -> medium;
                case UTM_CAMPAIGN -> name;
                case UTM_TERM -> value(first(campaign.get("term"), parameters.get("utm_term")));
                case UTM_CONTENT -> value(first(campaign.get("content"), parameters.get("utm_content")));
                case COUNTRY -> country(country);
                case LANGUAGE -> language(locale);
                case DEVICE -> device.kind();
                case BROWSER -> value(device.browser());
                case OS -> value(device.os());
                case ENTRY_PATH -> path == null ? "" : path;
            };
        }
        return List.of(values);
    }

    /** With the parameters that count, in the order of the setting. */
    private @Nullable String path(@Nullable String path, Map<String, String> parameters) {
        if (path == null) {
            return null;
        }
        StringBuilder counted = new StringBuilder();
        for (String name : pathParameters) {
            String value = parameters.get(name);
            if (value != null) {
                counted.append(counted.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(value(value));
            }
        }
        return counted.isEmpty() ? path : CodePoints.first(path + counted, EventLimits.MAX_PATH);
    }

    /** Targets of links are host and path, when the snippet names them. */
    private static String outbound(String clickTarget, String own) {
        int slash = clickTarget.indexOf('/');
        if (slash <= 0 || own.isEmpty()) {
            return "";
        }
        String host = PageUrl.host(clickTarget.substring(0, slash));
        return host.indexOf('.') < 0 || host.equals(own) ? "" : CodePoints.first(host, MAX_VALUE);
    }

    private static String country(@Nullable String given) {
        return given != null && COUNTRY.matcher(given).matches() && !given.equalsIgnoreCase(NO_COUNTRY)
                ? given.toUpperCase(Locale.ROOT)
                : "";
    }

    private static String language(@Nullable String given) {
        var found = LANGUAGE.matcher(given == null ? "" : CodePoints.first(given.strip(), MAX_VALUE));
        return found.matches() ? found.group(1).toLowerCase(Locale.ROOT) : "";
    }

    private static String lower(@Nullable String text) {
        return value(text).toLowerCase(Locale.ROOT);
    }

    /** Without what nobody sees, and not too long; empty when it cannot be stored. */
    private static String value(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        String cut = CodePoints.first(CONTROLS.matcher(text).replaceAll(" ").strip(), MAX_VALUE);
        return Storable.isStorable(cut) ? cut : "";
    }

    private static Map<?, ?> object(@Nullable Object given) {
        return given instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The first that is a text, and not an empty one. */
    private static @Nullable String first(@Nullable Object... given) {
        return Arrays.stream(given)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse(null);
    }
}
