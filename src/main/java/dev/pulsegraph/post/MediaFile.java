package dev.pulsegraph.post;

import dev.pulsegraph.paging.Identified;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

@MappedEntity("media_files")
public record MediaFile(
        @Id UUID id,
        String fileName,
        String storageUrl,
        MediaType fileType,
        @Nullable String mimeType,
        long sizeBytes,
        @Nullable Integer width,
        @Nullable Integer height,
        @Nullable Double durationSeconds,
        @Nullable String thumbnailUrl,
        @Nullable String altText)
        implements Identified {

    public String url() {
        return storageUrl;
    }

    public MediaType type() {
        return fileType;
    }
}
