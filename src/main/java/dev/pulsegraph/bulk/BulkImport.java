package dev.pulsegraph.bulk;

import dev.pulsegraph.batch.BatchResult;
import dev.pulsegraph.batch.Rejection;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.RateLimits;
import dev.pulsegraph.security.Credentials;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request: chunk after chunk is read, written and told of. While one is written, the next is read. */
final class BulkImport<T> implements AutoCloseable {
    private static final int MAX_LISTED = 100;
    private static final int LINES_A_COST = 100;
    private static final int BYTES_A_COST = 20 * 1024;

    private final ChunkAhead<T> chunks;
    private final ChunkWriter<T> writer;
    private final RateLimits rateLimits;
    private final Credentials credentials;
    private final ImportLimit.Place place;
    private int taken;
    private long lastLine;
    private long written;
    private long unchanged;
    private long rejected;
    private boolean isDone;

    BulkImport(
            ChunkAhead<T> chunks,
            ChunkWriter<T> writer,
            RateLimits rateLimits,
            Credentials credentials,
            ImportLimit.Place place) {
        this.chunks = chunks;
        this.writer = writer;
        this.rateLimits = rateLimits;
        this.credentials = credentials;
        this.place = place;
    }

    /** What became of the next chunk, at last of all; null after that. */
    @Nullable
    Map<String, Object> next() throws InterruptedException {
        if (isDone) {
            return null;
        }
        for (Chunk<T> chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
            rateLimits.require(credentials, cost(chunk));
            if (chunk.size() > 0) {
                chunks.begin();
                return acknowledged(chunk, writer.write(chunk.batch));
            }
        }
        isDone = true;
        return summary();
    }

    /** How the last line tells that something went wrong, and up to which line everything is safe. */
    Map<String, Object> failed(Problem problem) {
        isDone = true;
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", problem.code().name());
        error.put("message", problem.getMessage());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("error", error);
        line.put("committedLines", lastLine);
        return line;
    }

    @Override
    public void close() {
        chunks.close();
        place.close();
    }

    /** A full chunk of short lines and one of long lines cost about the same. */
    private static long cost(Chunk<?> chunk) {
        return Math.max(
                (chunk.linesRead + LINES_A_COST - 1) / LINES_A_COST,
                (chunk.bytesRead + BYTES_A_COST - 1) / BYTES_A_COST);
    }

    private Map<String, Object> acknowledged(Chunk<T> chunk, BatchResult result) {
        List<Rejection> all = result.rejected();
        taken++;
        lastLine = chunk.lastLine;
        written += result.written();
        unchanged += result.unchanged();
        rejected += all.size();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("chunk", taken);
        line.put("firstLine", chunk.firstLine);
        line.put("lastLine", chunk.lastLine);
        line.put("written", result.written());
        line.put("unchanged", result.unchanged());
        line.put("rejectedCount", all.size());
        line.put(
                "rejected",
                all.stream()
                        .limit(MAX_LISTED)
                        .map(rejection -> toMap(chunk.line(rejection.index()), rejection))
                        .toList());
        return line;
    }

    private static Map<String, Object> toMap(long line, Rejection rejection) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("line", line);
        described.put("code", rejection.code());
        described.put("reason", rejection.reason());
        return described;
    }

    private Map<String, Object> summary() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("done", true);
        line.put("lines", lastLine);
        line.put("written", written);
        line.put("unchanged", unchanged);
        line.put("rejected", rejected);
        if (taken == 0) {
            line.put("warning", "There is no line with data.");
        }
        return line;
    }
}
