package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PackageTable;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Functions and views keep to the order of packages, as classes do: each migration says in its first line which package it is of, and
 * what it makes knows nothing of a feature that ARCHITECTURE.md does not let that package use.
 */
class MigrationOrderTest {
    private static final Pattern PACKAGE = Pattern.compile("-- package: (\\w+)");
    private static final Pattern CREATED =
            Pattern.compile("(?m)^create (?:or replace )?(?:function|procedure|view|table) ([\\w.]+)");
    private static final String TEXTS = """
            select format('%s.%s %s', n.nspname, p.proname, p.prosrc)
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app')
            union all
            select format('%s.%s %s', n.nspname, c.relname, pg_get_viewdef(c.oid))
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'app') and c.relkind in ('v', 'm')
            order by 1""";

    /** What lists things of features by their names, for want of a table that features add lines to. */
    private static final List<String> LISTS = List.of(
            "app.row_limits",
            "app.unknown_entities",
            "app.create_consumer_staging",
            "app.consume_event_batch",
            "app.consume_traffic_batch");

    /** Tables whose names are words that variables, columns and texts have, too: only where rows are read or written they are the table. */
    private static final Set<String> WORDS = Set.of("public.events", "public.messages", "public.domains");

    /** The table of tenants: the foreign keys of shared tables go there too, and each has its zone there. */
    private static final String TENANTS = "public.organizations";

    private final PackageTable table = PackageTable.read();
    private final Map<String, Migration> madeBy = new LinkedHashMap<>();

    MigrationOrderTest() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("migrations"))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("V"))
                    .sorted()
                    .toList()) {
                read(file);
            }
        }
    }

    private void read(Path file) throws IOException {
        String text = Files.readString(file);
        String name = file.getFileName().toString();
        var first = PACKAGE.matcher(text.lines().findFirst().orElse(""));
        assertThat(first.matches())
                .as("%s begins with `-- package: …`, the package that its functions and tables are of", name)
                .isTrue();
        assertThat(table.packages()).as(name).contains(first.group(1));
        CREATED.matcher(text)
                .results()
                .map(made -> made.group(1))
                .map(made -> made.contains(".") ? made : "public." + made)
                .forEach(made -> madeBy.putIfAbsent(made, new Migration(name, first.group(1))));
    }

    @Test
    void functions_and_views_know_only_what_their_package_may_use() {
        List<String> breaches = new ArrayList<>();
        int known = 0;
        try (var database = TestDatabase.migrated()) {
            for (String line : database.texts(TEXTS)) {
                String name = line.substring(0, line.indexOf(' '));
                Migration migration = madeBy.get(name);
                if (migration != null && !LISTS.contains(name)) {
                    known++;
                    check(
                            breaches,
                            name,
                            migration,
                            line.substring(name.length()).replaceAll("--.*", ""));
                }
            }
        }
        assertThat(known).as("functions and views that were looked at").isGreaterThan(100);
        assertThat(breaches).isEmpty();
    }

    private void check(List<String> breaches, String name, Migration migration, String text) {
        madeBy.forEach((other, its) -> {
            boolean mayUse = other.equals(TENANTS)
                    || its.of().equals(migration.of())
                    || table.shared().contains(its.of())
                    || table.mayUse(migration.of()).contains(its.of());
            boolean isLater =
                    its.name().compareTo(migration.name()) > 0 && !its.of().equals(migration.of());
            if ((!mayUse || isLater) && names(text, other)) {
                breaches.add("%s of %s names %s of %s, which %s"
                        .formatted(
                                name,
                                migration.name(),
                                other,
                                its.name(),
                                mayUse ? "comes later" : migration.of() + " may not use"));
            }
        });
    }

    /** Functions and tables of the schema app are always written with it, those of public with it or without. */
    private static boolean names(String text, String object) {
        String written = object.startsWith("public.")
                ? "(?<![\\w.])(public\\.)?" + Pattern.quote(object.substring("public.".length()))
                : "(?<![\\w.])" + Pattern.quote(object);
        if (WORDS.contains(object)) {
            written = "(?i)(?<!\\w)(?:(?:from|join|into|update)\\s+(?:public\\.)?|public\\.)"
                    + object.substring("public.".length());
        }
        return Pattern.compile(written + "(?!\\w)").matcher(text).find();
    }

    private record Migration(String name, String of) {}
}
