package dev.pulsegraph.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What the embedded PostgreSQL and its tools say since it was last started: why it did not, if it did not. */
record EmbeddedPostgresLog(Path file) {

    /** Begins anew, for its owner alone. */
    void begin() throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Whatever writes here adds to what is there. */
    ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /** Whether the server itself was called, after what comes before. */
    boolean isStarting() {
        return lines().stream().anyMatch(line -> line.contains("waiting for server to start"));
    }

    /** Whether it is no use to wait any longer. */
    boolean saysNo() {
        return lines().stream()
                .anyMatch(line ->
                        line.contains("could not start server") || line.contains("password authentication failed"));
    }

    /** The line that says why, with its hint; empty when there is none. */
    String lastWords() {
        List<String> lines = lines();
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (line.matches(".*\\b(FATAL|PANIC|error): .*") && !line.contains("the database system is ")) {
                StringBuilder words = new StringBuilder();
                if (i > 0 && lines.get(i - 1).matches(".*\\bLOG: +(unrecognized|invalid|could not|syntax error).*")) {
                    words.append(shortened(lines.get(i - 1))).append("; ");
                }
                words.append(shortened(line));
                for (int j = i + 1; j < lines.size() && lines.get(j).matches(".*\\b(DETAIL|HINT): .*"); j++) {
                    words.append(' ').append(shortened(lines.get(j)));
                }
                return words.toString();
            }
        }
        return "";
    }

    /** Without the time and the process in front. */
    private static String shortened(String line) {
        return line.replaceFirst("^.*?\\b(LOG|FATAL|PANIC|DETAIL|HINT|error): +", "$1: ")
                .strip();
    }

    private List<String> lines() {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
