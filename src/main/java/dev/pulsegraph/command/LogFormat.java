package dev.pulsegraph.command;

import org.jspecify.annotations.Nullable;

/** How logs are written, as {@code logback.xml} reads it too: a setting that must be known before there are settings. */
final class LogFormat {
    static final String VARIABLE = "PULSEGRAPH_LOG_FORMAT";
    private static final String TARGET = "log.target";

    private LogFormat() {}

    /** Whether a program reads what is written, so that nothing but log lines may be. */
    static boolean isJson() {
        return "json".equals(value());
    }

    /** Keeps the log out of what a command answers on its standard output. To be called before anything is logged. */
    static void logToStandardError() {
        System.setProperty(TARGET, "System.err");
    }

    private static @Nullable String value() {
        String property = System.getProperty(VARIABLE);
        return property == null ? System.getenv(VARIABLE) : property;
    }
}
