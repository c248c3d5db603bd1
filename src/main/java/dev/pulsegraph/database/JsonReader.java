package dev.pulsegraph.database;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads columns of JSON. */
public interface JsonReader {
    /** Maps, lists, texts, flags, and numbers with all of their digits. */
    @Nullable
    Object readStored(String text) throws IOException;
}
