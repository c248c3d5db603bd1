package dev.pulsegraph.request;

import org.jspecify.annotations.Nullable;

/**
 * What an update does to one column. An update is one statement that sets what was given and leaves the rest to the row
 * as it is then, so that two at once lose nothing; a value that was read before is never written back.
 *
 * @param given whether it is to change at all: absent and null differ
 * @param value what to
 */
public record Patch<T>(boolean given, @Nullable T value) {}
