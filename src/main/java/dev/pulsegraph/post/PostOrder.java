package dev.pulsegraph.post;

import dev.pulsegraph.paging.Cursor;
import dev.pulsegraph.paging.PageRequest;
import java.time.Instant;

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

    /** Where a page begins. */
    Cursor start(PageRequest page, boolean up) {
        return field == PostOrderField.TITLE
                ? page.start(name(), up, "", AFTER_ALL_TITLES)
                : page.startInTime(name(), up);
    }

    private static String timeKey(@org.jspecify.annotations.Nullable Instant at) {
        return at == null ? "-infinity" : at.toString();
    }
}
