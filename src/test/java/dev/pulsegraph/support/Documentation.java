package dev.pulsegraph.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people read who use the product: the README, and then the pages in docs/. */
public final class Documentation {
    private static final Path PAGES = Path.of("docs");

    private Documentation() {}

    /** All pages, the README first. */
    public static List<Path> pages() {
        try (Stream<Path> pages = Files.list(PAGES)) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            pages.filter(page -> page.toString().endsWith(".md"))
                                    .sorted())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of one of them in docs/, such as {@code settings}. */
    public static String page(String name) {
        return read(PAGES.resolve(name + ".md"));
    }

    /** All there is to read, one page after the other. */
    public static String text() {
        return pages().stream().map(Documentation::read).collect(Collectors.joining("\n"));
    }

    public static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
