package dev.pulsegraph.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How much another process has on its heap when everything has gone that can. */
final class HeapWatch {
    private static final Pattern COLLECTION = Pattern.compile("Pause Full \\(Diagnostic Command\\) \\d+M->(\\d+)M");

    private final Path log;

    /** Keeps its log in a directory. */
    HeapWatch(Path directory) {
        log = directory.resolve("collections.log");
    }

    /** What the process has to be started with. */
    String option() {
        return "-Xlog:gc:file=" + log;
    }

    /** Has all garbage collected, and answers how many megabytes were left at that moment. */
    int live(long pid) throws IOException, InterruptedException {
        Process command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.run")
                .redirectErrorStream(true)
                .start();
        String said = new String(command.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(command.waitFor()).as(said).isZero();
        MatchResult last = COLLECTION
                .matcher(Files.readString(log))
                .results()
                .reduce((before, after) -> after)
                .orElseThrow();
        return Integer.parseInt(last.group(1));
    }
}
