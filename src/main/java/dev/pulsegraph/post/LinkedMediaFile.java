package dev.pulsegraph.post;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A media file and a post that shows it. */
@MappedEntity("media_files")
record LinkedMediaFile(
        @Id UUID id,
        UUID postId,
        String fileName,
        String storageUrl,
        MediaType fileType,
        @Nullable String mimeType,
        long sizeBytes,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable Double durationSeconds,
        @Nullable String thumbnailUrl,
        @Nullable String altText) {

    MediaFile file() {
        return new MediaFile(
                id,
                fileName,
                storageUrl,
                fileType,
                mimeType,
                sizeBytes,
                width,
                height,
                durationSeconds,
                thumbnailUrl,
                altText);
    }
}
