package dev.pulsegraph.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients written for Node, in {@code src/test/node}, with the libraries they use from npm. Where Node 20 or the libraries
 * are missing a test is skipped, unless {@code -Dnode=required} says that they must be there.
 */
public final class NodeScript {
    private static final Path DIRECTORY = Path.of("src/test/node");

    private NodeScript() {}

    /** Starts a script; its errors are among what it prints. */
    public static Process start(String script, String... arguments) throws IOException {
        if (!"required".equals(System.getProperty("node"))) {
            assumeTrue(
                    isThere(),
                    "Clients for Node are not tried: install Node 20 and run `npm ci` in " + DIRECTORY + ".");
        }
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .start();
    }

    /** A file of a library, such as the one that pages load. */
    public static Path library(String file) {
        Path path = DIRECTORY.resolve("node_modules").resolve(file);
        if (!"required".equals(System.getProperty("node"))) {
            assumeTrue(Files.exists(path), path + " is not there: run `npm ci` in " + DIRECTORY + ".");
        }
        return path;
    }

    private static boolean isThere() {
        return List.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator)).stream()
                        .anyMatch(directory -> new File(directory, "node").canExecute())
                && Files.isDirectory(DIRECTORY.resolve("node_modules"));
    }
}
