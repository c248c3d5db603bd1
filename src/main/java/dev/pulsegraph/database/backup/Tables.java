package dev.pulsegraph.database.backup;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables of Pulsegraph as the catalogue of a database knows them, but for unlogged ones: what those hold is not to be kept.
 *
 * @param tables in the order in which they can be loaded: whoever is referenced first
 */
record Tables(List<Table> tables, List<Manifest.Partition> partitions, List<Manifest.Sequence> sequences) {
    private static final String OURS = """
            with ours as (
              select c.oid, c.relname as name, c.relforcerowsecurity, c.relrowsecurity, c.relowner
              from pg_catalog.pg_class c
              where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                and c.relname <> 'flyway_schema_history' and c.relpersistence = 'p'
                and not exists (select from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e'))
            """;
    private static final String TABLES = OURS + """
            select o.name,
              array(
                select a.attname from pg_catalog.pg_attribute a
                where a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                order by a.attnum) as columns,
              o.relforcerowsecurity as forced,
              o.name in ('organizations', 'user_profiles')
                or exists (select from pg_catalog.pg_attribute a
                  where a.attrelid = o.oid and a.attname = 'organization_id' and not a.attisdropped) as tenants
            from ours o order by o.name""";
    private static final String REFERENCES = OURS + """
            select distinct child.name as child, parent.name as parent
            from pg_catalog.pg_constraint f
            join ours child on child.oid = f.conrelid
            join ours parent on parent.oid = f.confrelid
            where f.contype = 'f' and child.oid <> parent.oid
            order by child.name, parent.name""";
    private static final String PARTITIONS = OURS + """
            select o.name as parent, c.relname as name, b.range[1] as since, b.range[2] as until,
              (select x.option_value from pg_catalog.pg_options_to_table(c.reloptions) x where x.option_name = 'fillfactor') as fill_factor
            from pg_catalog.pg_inherits i
            join ours o on o.oid = i.inhparent
            -- Others are made by migrations, as all else.
            join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relnamespace = 'partitions'::regnamespace
            cross join lateral (
              select regexp_match(pg_catalog.pg_get_expr(c.relpartbound, c.oid),
                '^FOR VALUES FROM \\(''([^'']+)''\\) TO \\(''([^'']+)''\\)$') as range) b
            order by o.name, c.relname""";
    private static final String SEQUENCES = OURS + """
            select s.relname as name, pg_catalog.pg_sequence_last_value(q.seqrelid) as value
            from pg_catalog.pg_sequence q join pg_catalog.pg_class s on s.oid = q.seqrelid
            where pg_catalog.pg_sequence_last_value(q.seqrelid) is not null and exists (
              select from pg_catalog.pg_depend d join ours o on o.oid = d.refobjid where d.objid = q.seqrelid)
            order by s.relname""";

    /** Reads the catalogue. The connection must speak UTC. */
    static Tables of(Connection connection) throws SQLException {
        return new Tables(tables(connection), partitions(connection), sequences(connection));
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Their names, as a statement lists them. */
    String list() {
        return tables.stream().map(Table::qualified).collect(Collectors.joining(", "));
    }

    private static List<Table> tables(Connection connection) throws SQLException {
        Map<String, Table> tables = new HashMap<>();
        List<String> names = new ArrayList<>();
        Map<String, Set<String>> references = new HashMap<>();
        try (var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery(TABLES)) {
                while (rows.next()) {
                    String name = rows.getString("name");
                    names.add(name);
                    references.put(name, new HashSet<>());
                    tables.put(
                            name,
                            new Table(
                                    name,
                                    texts(rows.getArray("columns")),
                                    rows.getBoolean("forced"),
                                    rows.getBoolean("tenants")));
                }
            }
            try (var rows = statement.executeQuery(REFERENCES)) {
                while (rows.next()) {
                    references
                            .computeIfAbsent(rows.getString("child"), any -> new HashSet<>())
                            .add(rows.getString("parent"));
                }
            }
        }
        List<Table> ordered = new ArrayList<>();
        while (!names.isEmpty()) {
            String next = names.stream()
                    .filter(name ->
                            references.getOrDefault(name, Set.of()).stream().noneMatch(names::contains))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "These tables reference each other in a circle, which a backup cannot load: " + names));
            names.remove(next);
            ordered.add(tables.get(next));
        }
        return ordered;
    }

    private static List<Manifest.Partition> partitions(Connection connection) throws SQLException {
        List<Manifest.Partition> partitions = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(PARTITIONS)) {
            while (rows.next()) {
                String since = rows.getString("since");
                if (since == null) {
                    throw new IllegalStateException("The partition " + rows.getString("name")
                            + " is not a time range, which a backup requires.");
                }
                String fillFactor = rows.getString("fill_factor");
                partitions.add(new Manifest.Partition(
                        rows.getString("parent"),
                        rows.getString("name"),
                        since,
                        rows.getString("until"),
                        fillFactor == null ? null : Integer.valueOf(fillFactor)));
            }
        }
        return partitions;
    }

    private static List<Manifest.Sequence> sequences(Connection connection) throws SQLException {
        List<Manifest.Sequence> sequences = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(SEQUENCES)) {
            while (rows.next()) {
                sequences.add(new Manifest.Sequence(rows.getString("name"), rows.getLong("value")));
            }
        }
        return sequences;
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    /**
     * One of them.
     *
     * @param forced whether its row security holds for its owner too
     * @param tenants whether what it holds belongs to organizations or people
     */
    record Table(String name, List<String> columns, boolean forced, boolean tenants) {
        String qualified() {
            return "public." + quoted(name);
        }

        String columnList() {
            return columns.stream().map(Tables::quoted).collect(Collectors.joining(", "));
        }

        String copyOut() {
            return "copy (select " + columnList() + " from " + qualified() + ") to stdout";
        }

        String copyIn() {
            return "copy " + qualified() + " (" + columnList() + ") from stdin";
        }
    }
}
