package dev.pulsegraph.command;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells of the lines that were rejected, to people and into a file. */
final class RejectReport implements AutoCloseable {
    private static final int MAX_REPORTED = 100;

    private final JsonMapper json = JsonMapper.createDefault();
    private final PrintWriter err;
    private final @Nullable Writer file;
    private long count;
    private int told;

    RejectReport(PrintWriter err, @Nullable Path file) throws IOException {
        this.err = err;
        this.file = file == null ? null : Files.newBufferedWriter(file);
    }

    long count() {
        return count;
    }

    void add(long line, String code, String reason) {
        count++;
        if (told < MAX_REPORTED) {
            told++;
            err.println("line " + line + ": " + reason + (told == MAX_REPORTED ? " (and so on: see --rejects)" : ""));
            err.flush();
        }
        if (file != null) {
            Map<String, Object> reject = new LinkedHashMap<>();
            reject.put("line", line);
            reject.put("code", code);
            reject.put("reason", reason);
            try {
                file.write(json.writeValueAsString(reject));
                file.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Counts those that the server did not list. */
    void addUnlisted(long more) {
        count += more;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
