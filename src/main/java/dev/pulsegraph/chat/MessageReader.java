package dev.pulsegraph.chat;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.batch.ItemReader;
import dev.pulsegraph.batch.ItemTime;
import dev.pulsegraph.batch.MetadataReader;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.Storable;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads messages as clients send them: the fields of an input. */
@Singleton
class MessageReader implements ItemReader<NewMessage> {
    private static final int MAX_CONTENT = 100_000;
    private static final int MAX_ID = 200;

    private final MetadataReader metadata;
    private final Clock clock;

    MessageReader(MetadataReader metadata, Clock clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    @Override
    public NewMessage read(Map<String, @Nullable Object> fields) throws InvalidItem {
        return new NewMessage(
                messageId(fields),
                MessageRole.valueOf(String.valueOf(fields.get("role"))),
                content(fields),
                metadata.read(fields),
                createdAt(fields));
    }

    private static @Nullable String messageId(Map<String, @Nullable Object> fields) throws InvalidItem {
        Object given = fields.get("messageId");
        return given == null ? null : text("messageId", "BAD_MESSAGE_ID", given, MAX_ID);
    }

    private static String content(Map<String, @Nullable Object> fields) throws InvalidItem {
        return text("content", "BAD_CONTENT", fields.get("content"), MAX_CONTENT);
    }

    private static String text(String name, String code, @Nullable Object given, int max) throws InvalidItem {
        String text = String.valueOf(given);
        int length = CodePoints.length(text);
        if (length == 0 || length > max) {
            throw new InvalidItem(code, name + ": " + length + " characters are not 1 to " + max + ".");
        }
        if (!Storable.isStorable(text)) {
            throw new InvalidItem(
                    code, name + ": it has a character that cannot be stored: U+0000 or half of a surrogate pair.");
        }
        return text;
    }

    private @Nullable Instant createdAt(Map<String, @Nullable Object> fields) throws InvalidItem {
        return fields.get("createdAt") instanceof Instant at
                ? ItemTime.checked("createdAt", at, clock.instant())
                : null;
    }
}
