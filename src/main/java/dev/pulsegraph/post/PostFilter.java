package dev.pulsegraph.post;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which posts; null asks for nothing. Lists are as stored: lower case, hashtags without #. */
record PostFilter(
        @Nullable List<String> statuses,
        @Nullable List<String> platforms,
        @Nullable List<String> hashtags,
        @Nullable UUID author,
        @Nullable Instant publishedFrom,
        @Nullable Instant publishedTo,
        @Nullable String text) {
    static final PostFilter NONE = new PostFilter(null, null, null, null, null, null, null);

    PostFilter {
        statuses = statuses == null ? null : List.copyOf(statuses);
        platforms = Platforms.find(platforms);
        hashtags = hashtags == null ? null : Hashtags.stored(hashtags);
        if (text != null && (text.isEmpty() || CodePoints.length(text) > 200)) {
            throw Problem.badInput("text", "1 to 200 characters, not " + CodePoints.length(text) + ".");
        }
        if (publishedFrom != null && publishedTo != null && !publishedFrom.isBefore(publishedTo)) {
            throw Problem.badInput("publishedTo", publishedTo + " is not after publishedFrom, " + publishedFrom + ".");
        }
    }

    boolean isNone() {
        return equals(NONE);
    }

    /** The text as a pattern of {@code ilike}, in which its own wildcards are ordinary characters. */
    @Nullable
    String pattern() {
        return text == null ? null : "%" + text.replaceAll("([\\\\%_])", "\\\\$1") + "%";
    }
}
