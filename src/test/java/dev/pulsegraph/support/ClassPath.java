package dev.pulsegraph.support;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class path of the tests, for processes of their own. */
public final class ClassPath {
    private ClassPath() {}

    /** Of absolute paths, and without empty entries, which would mean the folder that a process is started in. */
    public static String ofTests() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
