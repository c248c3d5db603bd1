package dev.pulsegraph.graphql;

import io.micronaut.http.MediaType;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of the two media types an answer has. */
enum Negotiation {
    GRAPHQL,
    /** For clients from before the specification. */
    JSON;

    static final String GRAPHQL_RESPONSE = "application/graphql-response+json";

    /** The type of highest priority that the header allows; ours when there is no header, none when it allows neither. */
    static Optional<Negotiation> of(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(GRAPHQL);
        }
        BigDecimal graphql = BigDecimal.ZERO;
        BigDecimal json = BigDecimal.ZERO;
        BigDecimal any = BigDecimal.ZERO;
        for (String part : accept.split(",", 50)) {
            MediaType type;
            try {
                type = new MediaType(part.strip());
            } catch (IllegalArgumentException notAType) {
                continue;
            }
            BigDecimal quality = type.getQualityAsNumber();
            switch (type.getName()) {
                case GRAPHQL_RESPONSE -> graphql = quality;
                case MediaType.APPLICATION_JSON -> json = quality;
                case "*/*", "application/*" -> any = any.max(quality);
                default -> {}
            }
        }
        if (graphql.signum() > 0 && graphql.compareTo(json) >= 0) {
            return Optional.of(GRAPHQL);
        }
        if (json.signum() > 0) {
            return Optional.of(JSON);
        }
        return any.signum() > 0 ? Optional.of(GRAPHQL) : Optional.empty();
    }
}
