package dev.pulsegraph.post;

import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file that is known already, by {@code id}, or a new one, by {@code url} and {@code type}. */
record MediaFileInput(
        @Nullable UUID id,
        @Nullable String url,
        @Nullable MediaType type,
        @Nullable String fileName,
        @Nullable String mimeType,
        @Nullable Long sizeBytes,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable Double durationSeconds,
        @Nullable String thumbnailUrl,
        @Nullable String altText) {

    MediaFileInput {
        if (id == null && (url == null || type == null)) {
            throw Problem.badInput(
                    "media", "give either the `id` of an existing file, or `url` and `type` of a new one.");
        }
        if (id != null
                && Stream.of(
                                url,
                                type,
                                fileName,
                                mimeType,
                                sizeBytes,
                                width,
                                height,
                                durationSeconds,
                                thumbnailUrl,
                                altText)
                        .anyMatch(Objects::nonNull)) {
            throw Problem.badInput(
                    "media", "a file given by `id` takes no other fields; its properties cannot be changed here.");
        }
    }

    /** The last part of the address when no name is given. */
    String storedName() {
        if (fileName != null) {
            return fileName;
        }
        String path = String.valueOf(url).replaceFirst("[?#].*$", "");
        String last = path.substring(path.lastIndexOf('/') + 1);
        return CodePoints.isBlank(last) ? "file" : CodePoints.first(last, 255);
    }
}
