package dev.pulsegraph.command;

import dev.pulsegraph.bulk.Line;
import dev.pulsegraph.bulk.LineSplitter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into requests, each with the header of CSV in front and with the line breaks of the file, so that the numbers
 * of lines in an answer can be told as numbers of lines in the file.
 */
final class FileParts {
    private static final int BYTES = 2 * 1024 * 1024;
    private static final int LINES = 10_000;
    /** Longer than any target takes: the server knows its own bound. */
    private static final int MAX_LINE_LENGTH = 1024 * 1024;

    private final InputStream in;
    private final boolean isCsv;
    private final long fromLine;
    private final RejectReport rejects;
    private final LineSplitter splitter;
    private final byte[] buffer = new byte[1 << 16];
    private @Nullable Line header;
    private boolean isBegun;
    private boolean isComplete;

    FileParts(InputStream in, boolean isCsv, long fromLine, RejectReport rejects) {
        this.in = in;
        this.isCsv = isCsv;
        this.fromLine = fromLine;
        this.rejects = rejects;
        this.splitter = new LineSplitter(isCsv, MAX_LINE_LENGTH);
    }

    /** The next part; null at the end of the file. */
    @Nullable
    Part next() throws IOException {
        var bytes = new ByteArrayOutputStream();
        Line first = firstLine();
        if (first == null) {
            return null;
        }
        isBegun = true;
        long headerLines = 0;
        if (header != null) {
            append(bytes, header);
            headerLines = header.last - header.first + 1;
        }
        long begin = first.first - 1;
        long last = begin;
        for (Line line = first; line != null; line = line()) {
            append(bytes, line);
            last = line.last;
            if (bytes.size() >= BYTES || last - begin >= LINES) {
                break;
            }
        }
        return new Part(bytes, begin - headerLines, last);
    }

    private @Nullable Line firstLine() throws IOException {
        for (Line line = line(); line != null; line = line()) {
            if (isCsv && header == null && !line.isBlank()) {
                header = line;
            } else if (line.first >= fromLine) {
                return line;
            }
        }
        // A file that is nothing but a header is sent too, so that a wrong one is told.
        return header == null || isBegun ? null : new Line(header.last + 1, header.last + 1, new byte[0], null);
    }

    private void append(ByteArrayOutputStream bytes, Line line) {
        if (line.problem == null) {
            bytes.writeBytes(line.bytes);
        } else {
            rejects.add(line.first, line.problem.code().name(), line.problem.getMessage());
        }
        bytes.write('\n');
    }

    private @Nullable Line line() throws IOException {
        while (true) {
            Line line = isComplete ? splitter.rest() : splitter.next();
            if (line != null || isComplete) {
                return line;
            }
            int length = in.read(buffer);
            if (length < 0) {
                isComplete = true;
            } else {
                splitter.add(Arrays.copyOf(buffer, length));
            }
        }
    }

    /**
     * The body of a request.
     *
     * @param offset what to add to a number of a line in it, to get that in the file
     * @param lastLine the number in the file of its last line
     */
    record Part(ByteArrayOutputStream bytes, long offset, long lastLine) {}
}
