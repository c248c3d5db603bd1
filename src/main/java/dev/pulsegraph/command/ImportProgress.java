package dev.pulsegraph.command;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a file is: a bar on a terminal, a line now and then elsewhere. */
final class ImportProgress implements AutoCloseable {
    private static final long MEGABYTE = 1024 * 1024;
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final CountingInputStream read;
    private final PrintWriter err;
    private final @Nullable ProgressBar bar;
    private final long begin = System.nanoTime();
    private long told = begin;

    private ImportProgress(CountingInputStream read, PrintWriter err, @Nullable ProgressBar bar) {
        this.read = read;
        this.err = err;
        this.bar = bar;
    }

    /** Of a file of so many bytes; of unknown length when negative. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    static ImportProgress of(CountingInputStream read, long size, PrintWriter err) {
        Console console = System.console();
        boolean isTerminal = console != null && console.isTerminal();
        return new ImportProgress(
                read,
                err,
                isTerminal
                        ? new ProgressBarBuilder()
                                .setTaskName("import")
                                .setInitialMax(size)
                                .setUnit(" MB", MEGABYTE)
                                .showSpeed()
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(200)
                                .build()
                        : null);
    }

    /** So many lines are safe. */
    void acknowledged(long lines) {
        if (bar != null) {
            bar.stepTo(read.count());
            bar.setExtraMessage(rate(lines));
        } else if (System.nanoTime() - told >= EVERY.toNanos()) {
            told = System.nanoTime();
            err.printf(Locale.ROOT, "%,d MB, %s%n", read.count() / MEGABYTE, rate(lines));
            err.flush();
        }
    }

    /** The time so far and lines a second. */
    String rate(long lines) {
        double seconds = Math.max(0.001, (System.nanoTime() - begin) / 1e9);
        return String.format(Locale.ROOT, "%.1f s, %,d lines, %,.0f lines/s", seconds, lines, lines / seconds);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
