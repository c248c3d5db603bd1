package dev.pulsegraph;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Documentation;
import dev.pulsegraph.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The diagrams in docs/schema.md are what a migrated database has. A table belongs to the feature whose migration creates it:
 * what {@code V013__metric_rollup.sql} creates belongs to {@code V012__metric.sql}, whose name it continues.
 */
class SchemaDiagramsTest {
    private static final String PAGE = "schema";
    private static final Pattern CREATED =
            Pattern.compile("^create (?:unlogged )?table (?:\\w+\\.)?(\\w+)", Pattern.MULTILINE);

    private static final String INTRODUCTION = """
            # Tables

            One diagram for each feature: its tables with the columns of primary keys (PK), foreign keys (FK) and unique keys (UK). A feature
            is named after the migration that creates its tables; tables of other features are shown without columns. Some rows refer to
            others without a foreign key, such as samples to their series: [ARCHITECTURE.md](../ARCHITECTURE.md) says why.

            `SchemaDiagramsTest` generates this page from a migrated database.
            """;

    private static final String TABLES = """
            select concat_ws('|', c.relname,
              replace(replace(coalesce(obj_description(c.oid, 'pg_class'), ''), E'\\n', ' '), '<', '&lt;'),
              case when c.relispartition then 'partition of `' || i.inhparent::regclass || '` ' || lower(pg_get_expr(c.relpartbound, c.oid))
                   when c.relkind = 'p' then lower(pg_get_partkeydef(c.oid)) || case when m.parent is null then '' else ', by month' end
                   else '' end)
            from pg_class c
            left join pg_inherits i on i.inhrelid = c.oid
            left join monthly_tables m on m.parent = c.relname
            where c.relkind in ('r', 'p') and c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
              and c.relname !~ '^flyway_'
              and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
            order by c.relname""";

    private static final String COLUMNS = """
            select concat_ws('|', c.relname, format('    %s %s %s', case when e.oid is null then t.typname else e.typname || '[]' end, a.attname,
              concat_ws(', ', case when k.is_primary then 'PK' end, case when k.is_foreign then 'FK' end, case when k.is_unique then 'UK' end)))
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            join pg_type t on t.oid = a.atttypid
            left join pg_type e on e.typarray = t.oid
            cross join lateral (
              select
                exists (select from pg_index x where x.indrelid = c.oid and x.indisprimary and a.attnum = any (x.indkey::int2[])) as is_primary,
                exists (select from pg_constraint o where o.conrelid = c.oid and o.contype = 'f' and a.attnum = any (o.conkey)) as is_foreign,
                exists (
                  select from pg_index x
                  where x.indrelid = c.oid and x.indisunique and not x.indisprimary and x.indpred is null
                    and a.attnum = any (x.indkey::int2[])) as is_unique) k
            where c.relkind in ('r', 'p') and (k.is_primary or k.is_foreign or k.is_unique)
            order by c.relname, a.attnum""";

    /** A child has one parent, or none where a column may be null; a parent has any number of children, or one where they are a key. */
    private static final String FOREIGN_KEYS = """
            select concat_ws('|', c.relname, format('  %s %s--%s %s : "%s"', c.relname,
              case when exists (
                select from pg_index x
                where x.indrelid = c.oid and x.indisunique and x.indpred is null and x.indkey::int2[] <@ o.conkey) then '|o' else '}o' end,
              case when exists (
                select from pg_attribute a where a.attrelid = c.oid and a.attnum = any (o.conkey) and not a.attnotnull)
                then 'o|' else '||' end,
              p.relname,
              (select string_agg(a.attname, ', ' order by k.place)
               from unnest(o.conkey) with ordinality k (number, place)
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number)))
            from pg_constraint o
            join pg_class c on c.oid = o.conrelid
            join pg_class p on p.oid = o.confrelid
            where o.contype = 'f' and o.conparentid = 0
            order by c.relname, o.conname""";

    @Test
    void the_diagrams_are_what_a_migrated_database_has() throws IOException {
        Path written = Path.of("target", PAGE + ".md");
        try (TestDatabase database = TestDatabase.migrated()) {
            Files.writeString(written, page(database));
        }
        assertThat(Documentation.page(PAGE))
                .as("docs/%s.md is not what the database has. This is: cp %s docs/%s.md", PAGE, written, PAGE)
                .isEqualTo(Files.readString(written));
    }

    private static String page(TestDatabase database) throws IOException {
        Map<String, String> features = features();
        Map<String, List<String[]>> tables = new LinkedHashMap<>();
        features.values().forEach(feature -> tables.putIfAbsent(feature, new ArrayList<>()));
        for (String line : database.texts(TABLES)) {
            String[] table = line.split("\\|", -1);
            String feature = features.get(table[0]);
            assertThat(feature)
                    .as("the migration with `create table %s`", table[0])
                    .isNotNull();
            tables.computeIfAbsent(feature, any -> new ArrayList<>()).add(table);
        }
        Map<String, List<String>> columns = lines(database, COLUMNS);
        Map<String, List<String>> foreignKeys = lines(database, FOREIGN_KEYS);
        return tables.entrySet().stream()
                .filter(feature -> !feature.getValue().isEmpty())
                .map(feature -> section(feature.getKey(), feature.getValue(), columns, foreignKeys))
                .collect(joining("", INTRODUCTION, ""));
    }

    private static String section(
            String feature,
            List<String[]> tables,
            Map<String, List<String>> columns,
            Map<String, List<String>> foreignKeys) {
        StringBuilder section =
                new StringBuilder("\n## ").append(title(feature)).append("\n\n```mermaid\nerDiagram\n");
        for (String[] table : tables) {
            section.append("  ").append(table[0]).append(" {\n");
            columns.getOrDefault(table[0], List.of())
                    .forEach(column -> section.append(column).append('\n'));
            section.append("  }\n");
        }
        for (String[] table : tables) {
            foreignKeys
                    .getOrDefault(table[0], List.of())
                    .forEach(key -> section.append(key).append('\n'));
        }
        section.append("```\n\n| table | holds | partitions |\n|---|---|---|\n");
        for (String[] table : tables) {
            section.append("| `%s` | %s | %s |\n".formatted((Object[]) table));
        }
        return section.toString();
    }

    private static String title(String feature) {
        String words = feature.replace('_', ' ').replaceFirst("^ai ", "AI ");
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** The feature of each table, in the order of the migrations. */
    private static Map<String, String> features() throws IOException {
        Map<String, String> features = new LinkedHashMap<>();
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("migrations"))) {
            for (Path file : files.filter(file -> file.getFileName().toString().matches("V\\d+__\\w+\\.sql"))
                    .sorted()
                    .toList()) {
                String name = file.getFileName().toString().replaceAll("^V\\d+__|\\.sql$", "");
                names.add(name);
                String feature = names.stream()
                        .filter(earlier -> name.equals(earlier) || name.startsWith(earlier + "_"))
                        .findFirst()
                        .orElseThrow();
                CREATED.matcher(Files.readString(file))
                        .results()
                        .forEach(created -> features.put(created.group(1), feature));
            }
        }
        return features;
    }

    /** What a statement finds, by the table that it begins with. */
    private static Map<String, List<String>> lines(TestDatabase database, String sql) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        for (String row : database.texts(sql)) {
            String[] parts = row.split("\\|", 2);
            lines.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(parts[1]);
        }
        return lines;
    }
}
