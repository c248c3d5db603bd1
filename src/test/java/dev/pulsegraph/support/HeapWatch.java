package dev.pulsegraph.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How much another process has on its heap when everything has gone that can. */
public final class HeapWatch {
    private static final Pattern COLLECTION = Pattern.compile("Pause Full \\(Diagnostic Command\\) \\d+M->(\\d+)M");

    private final Path log;

    /** Keeps its log in a directory. */
    public HeapWatch(Path directory) {
        log = directory.resolve("collections.log");
    }

    /** What the process has to be started with. */
    public String option() {
        return "-Xlog:gc:file=" + log;
    }

    /** Has all garbage collected, and answers how many megabytes were left at that moment. */
    public int live(long pid) throws IOException, InterruptedException {
        Jcmd.run(pid, "GC.run");
        MatchResult last = COLLECTION
                .matcher(Files.readString(log))
                .results()
                .reduce((before, after) -> after)
                .orElseThrow();
        return Integer.parseInt(last.group(1));
    }
}
