package dev.pulsegraph.hostile;

import dev.pulsegraph.support.HeapWatch;
import dev.pulsegraph.support.Jcmd;
import dev.pulsegraph.support.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a server holds when it does nothing.
 *
 * @param heap megabytes that a collection leaves
 * @param files open descriptors: files, connections of clients and of the database
 * @param threads of both kinds; one that waits for ever for a request is seen here
 * @param connections of the pool that are in use
 * @param resident the most megabytes of memory the process ever had, heap and all; 0 where the system does not tell
 */
record Resources(int heap, int files, int threads, int connections, int resident) {
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final Duration MOMENT = Duration.ofMillis(250);

    /** Waits until nothing is done any more, or is given up, and looks then. */
    static Resources of(ServerProcess server, HeapWatch heap) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (inUse(server) > 0 && System.nanoTime() < end) {
            server.runFor(MOMENT);
        }
        int live = heap.live(server.pid());
        return new Resources(
                live,
                (int) server.metric("process_files_open_files"),
                threads(server),
                inUse(server),
                resident(server));
    }

    private static int inUse(ServerProcess server) throws IOException, InterruptedException {
        return (int) server.metric("hikaricp_connections_active");
    }

    private static int threads(ServerProcess server) throws IOException, InterruptedException {
        Path dump = Files.createTempFile("threads", ".txt");
        Jcmd.run(server.pid(), "Thread.dump_to_file", "-overwrite", dump.toString());
        try (var lines = Files.lines(dump)) {
            return (int) lines.filter(line -> line.startsWith("#")).count();
        } finally {
            Files.delete(dump);
        }
    }

    private static int resident(ServerProcess server) throws IOException {
        Path status = Path.of("/proc", Long.toString(server.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
