package dev.pulsegraph.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The table of packages in ARCHITECTURE.md: a line a package, whose last column names what it may use, {@code shared} for all that
 * are shared, or {@code everything} before it. Shared are those that do not use {@code shared} themselves.
 */
public final class PackageTable {
    private static final Pattern LINE = Pattern.compile("\\| `(\\w+)` \\|.*\\|([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private final Map<String, List<String>> uses;
    private final List<String> shared;

    private PackageTable(Map<String, List<String>> uses, List<String> shared) {
        this.uses = uses;
        this.shared = shared;
    }

    public static PackageTable read() {
        Map<String, List<String>> uses = new LinkedHashMap<>();
        List<String> shared = new ArrayList<>();
        for (String line : section(text(), "## Packages")) {
            var columns = LINE.matcher(line);
            if (columns.matches()) {
                String name = columns.group(1);
                String used = columns.group(2).strip();
                List<String> all = new ArrayList<>();
                if (used.equals("everything")) {
                    all.addAll(uses.keySet());
                } else if (used.startsWith("shared")) {
                    all.addAll(shared);
                } else {
                    shared.add(name);
                }
                all.addAll(NAME.matcher(used)
                        .results()
                        .map(MatchResult::group)
                        .map(quoted -> quoted.substring(1, quoted.length() - 1))
                        .toList());
                if (!uses.keySet().containsAll(all)) {
                    throw new IllegalStateException(name + " may use a package that is not before it: " + line);
                }
                uses.put(name, List.copyOf(all));
            }
        }
        return new PackageTable(uses, shared);
    }

    private static String text() {
        try {
            return Files.readString(Path.of("ARCHITECTURE.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> section(String text, String heading) {
        String after = text.substring(text.indexOf(heading) + heading.length());
        return after.substring(0, after.indexOf("\n## ")).lines().toList();
    }

    /** In the order of the table. */
    public List<String> packages() {
        return List.copyOf(uses.keySet());
    }

    public List<String> shared() {
        return shared;
    }

    public List<String> features() {
        return uses.keySet().stream().filter(name -> !shared.contains(name)).toList();
    }

    public List<String> mayUse(String name) {
        return Objects.requireNonNull(uses.get(name), name);
    }
}
