package dev.pulsegraph.command;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how many posts were looked at: a bar on a terminal, a line now and then elsewhere. */
final class EmbedProgress implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final long posts;
    private final PrintWriter err;
    private final @Nullable ProgressBar bar;
    private long looked;
    private long told = System.nanoTime();

    private EmbedProgress(long posts, PrintWriter err, @Nullable ProgressBar bar) {
        this.posts = posts;
        this.err = err;
        this.bar = bar;
    }

    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    static EmbedProgress of(long posts, PrintWriter err) {
        Console console = System.console();
        boolean isTerminal = console != null && console.isTerminal();
        return new EmbedProgress(
                posts,
                err,
                isTerminal
                        ? new ProgressBarBuilder()
                                .setTaskName("embed")
                                .setInitialMax(posts)
                                .setUnit(" posts", 1)
                                .showSpeed()
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(200)
                                .build()
                        : null);
    }

    /** So many more. */
    void looked(long more) {
        looked += more;
        if (bar != null) {
            bar.stepBy(more);
        } else if (System.nanoTime() - told >= EVERY.toNanos()) {
            told = System.nanoTime();
            err.printf(Locale.ROOT, "%,d of %,d posts%n", looked, posts);
            err.flush();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
