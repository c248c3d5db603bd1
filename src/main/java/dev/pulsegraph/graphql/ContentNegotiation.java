package dev.pulsegraph.graphql;

import io.micronaut.http.MediaType;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which of the two media types an answer has. */
enum ContentNegotiation {
    GRAPHQL,
    /** For clients from before the specification. */
    JSON;

    static final String GRAPHQL_RESPONSE = "application/graphql-response+json";

    /** The type of highest priority that the headers allow; ours when there is none, no type when they allow neither. */
    static Optional<ContentNegotiation> of(List<String> accept) {
        Map<String, BigDecimal> qualities = qualities(String.join(",", accept));
        BigDecimal graphql = quality(qualities, GRAPHQL_RESPONSE);
        BigDecimal json = quality(qualities, MediaType.APPLICATION_JSON);
        if (String.join("", accept).isBlank() || (graphql.signum() > 0 && graphql.compareTo(json) >= 0)) {
            return Optional.of(GRAPHQL);
        }
        return json.signum() > 0 ? Optional.of(JSON) : Optional.empty();
    }

    private static Map<String, BigDecimal> qualities(String accept) {
        Map<String, BigDecimal> qualities = new HashMap<>();
        for (String part : accept.split(",", 50)) {
            try {
                MediaType type = new MediaType(part.strip());
                qualities.merge(type.getName().toLowerCase(Locale.ROOT), type.getQualityAsNumber(), BigDecimal::max);
            } catch (IllegalArgumentException notAType) {
                // Whoever wrote it meant neither of ours.
            }
        }
        return qualities;
    }

    /** Of several ranges that hold a type, the narrowest counts. */
    private static BigDecimal quality(Map<String, BigDecimal> qualities, String type) {
        for (String range : new String[] {type, "application/*", "*/*"}) {
            BigDecimal quality = qualities.get(range);
            if (quality != null) {
                return quality;
            }
        }
        return BigDecimal.ZERO;
    }
}
