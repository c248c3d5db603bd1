package dev.pulsegraph.post;

import dev.pulsegraph.paging.Cursor;
import java.time.Instant;
import java.util.UUID;

/**
 * In what order posts come. The id comes last, so that the order is total and a cursor marks one place in it.
 *
 * @param ascending smallest, oldest or A first
 */
record PostOrder(PostOrderField field, boolean ascending) {
    /** After every title: no character sorts after U+FFFF, and no title is this long. */
    private static final String AFTER_ALL_TITLES = "\uFFFF".repeat(501);

    static final PostOrder NEWEST_PUBLISHED = new PostOrder(PostOrderField.PUBLISHED_AT, false);

    /** Names the order inside cursors. A cursor is good both ways along a field. */
    String name() {
        return "post." + field;
    }

    /** Where a post stands. A post that was never published stands before all time. */
    Cursor cursor(Post post) {
        return new Cursor(
                name(),
                switch (field) {
                    case PUBLISHED_AT -> timeKey(post.publishedAt());
                    case CREATED_AT -> post.createdAt().toString();
                    case TITLE -> post.title() == null ? "" : post.title();
                },
                post.id());
    }

    /** The place before the first row of a scan that goes up, or after the last of one that goes down. */
    Cursor edge(boolean up) {
        String key = field == PostOrderField.TITLE ? (up ? "" : AFTER_ALL_TITLES) : (up ? "-infinity" : "infinity");
        return new Cursor(name(), key, up ? new UUID(0, 0) : new UUID(-1, -1));
    }

    private static String timeKey(@org.jspecify.annotations.Nullable Instant at) {
        return at == null ? "-infinity" : at.toString();
    }
}
