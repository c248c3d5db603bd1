package dev.pulsegraph.bulk;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import dev.pulsegraph.request.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the lines of one body become fields. It may remember what an earlier line said, such as a header. */
interface LineFormat {
    String ALLOWED = "application/x-ndjson (also application/ndjson, application/jsonl) or text/csv";

    /** The format of a media type, without parameters; empty when it is none of ours. */
    static Optional<LineFormat> of(String mediaType, List<String> columns, StrictJson json) {
        return switch (mediaType) {
            case "application/x-ndjson", "application/ndjson", "application/jsonl" ->
                Optional.of(new NdjsonFormat(columns, json));
            case "text/csv" -> Optional.of(new CsvFormat(columns));
            default -> Optional.empty();
        };
    }

    /** Whether a line goes on over a line break within quotes. */
    boolean quotes();

    /** Whether this line says how to read the others. A header that cannot be used is a problem of the whole request. */
    boolean isHeader(Line line);

    /** The fields of a line that is no header. */
    Map<String, @Nullable Object> read(byte[] line);

    static Problem unknown(String field, List<String> columns) {
        return Problem.of(
                ErrorCode.BAD_USER_INPUT,
                "`" + (CodePoints.length(field) > 100 ? CodePoints.first(field, 100) + "…" : field)
                        + "` is unknown here; allowed are " + String.join(", ", columns) + ".");
    }
}
