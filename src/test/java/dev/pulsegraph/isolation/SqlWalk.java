package dev.pulsegraph.isolation;

import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tries every table, view and function as the role of requests, on behalf of people who may not notice organization A.
 * Triggers and foreign keys are off meanwhile: what is tried here are the policies alone.
 */
final class SqlWalk {
    private static final String DENIED = "42501";
    private static final Pattern UUIDS =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final String FUNCTIONS = """
            select p.oid::regproc::text || '(' || coalesce(
              (select string_agg(format_type(t.type, null), ',' order by t.position)
               from unnest(p.proargtypes) with ordinality t(type, position)), '') || ')'
            from pg_proc p
            where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and p.prokind = 'f'
              and p.proname <> all ('{%s}')
              and p.prorettype <> 'trigger'::regtype and has_function_privilege('pulsegraph_api', p.oid, 'execute')
              and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
            order by 1""".formatted(String.join(",", TenantFiles.onlyCalculating()));

    private final IsolationWorld world;
    private final TestDatabase database;
    private final Tenant a;
    private final String pattern;
    private final String dump;
    private final List<String> tables;
    private final Map<String, String> columns;
    private final Map<String, String> readable;
    private final Map<String, String> insertable;
    private final Map<String, String> updatable;
    private final List<String> functions;
    private final List<String> uuids;

    SqlWalk(IsolationWorld world) {
        this.world = world;
        database = world.database();
        a = world.a();
        pattern = a.pattern();
        dump = a.dump();
        tables = a.tables();
        columns = columns("true");
        readable = columnsThatRequestsMay("select");
        insertable = columnsThatRequestsMay("insert");
        updatable = columnsThatRequestsMay("update");
        functions = database.texts(FUNCTIONS);
        uuids = List.copyOf(a.uuids());
    }

    List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        inTransaction(connection -> {
            for (IsolationWorld.Identity identity : world.identities()) {
                for (String relation : seen(connection, identity)) {
                    leaks.add(identity.name() + " sees rows of A in " + relation);
                }
                for (String table : tables) {
                    leaks.addAll(changes(connection, identity, table));
                }
                leaks.addAll(answers(connection, identity));
            }
            for (String table : seenByNobody(connection)) {
                leaks.add("nobody sees rows of " + table);
            }
        });
        return leaks;
    }

    /** Only what a policy of one table can let through. */
    List<String> leaks(String table) {
        List<String> leaks = new ArrayList<>();
        inTransaction(connection -> {
            for (IsolationWorld.Identity identity : world.identities()) {
                if (seen(connection, identity).contains(table)) {
                    leaks.add(identity.name() + " sees rows of A in " + table);
                }
                leaks.addAll(changes(connection, identity, table));
            }
        });
        return leaks;
    }

    /** The relations in which somebody sees anything of A. */
    List<String> seenBy(IsolationWorld.Identity identity) {
        List<String> seen = new ArrayList<>();
        inTransaction(connection -> seen.addAll(seen(connection, identity)));
        return seen;
    }

    /** Everything requests may read, with what they may read of it. */
    Map<String, String> readable() {
        return readable;
    }

    private List<String> seen(Connection connection, IsolationWorld.Identity identity) throws SQLException {
        String sql = readable.entrySet().stream()
                .map(relation -> "select '" + relation.getKey() + "' from (select row(" + relation.getValue()
                        + ")::text as r from public." + relation.getKey() + ") x where x.r ~* '" + pattern
                        + "' group by 1")
                .collect(Collectors.joining(" union all "));
        return acting(connection, identity, () -> TestDatabase.texts(connection, sql));
    }

    private List<String> seenByNobody(Connection connection) throws SQLException {
        String sql = tables.stream()
                .filter(readable::containsKey)
                .map(table -> "(select '" + table + "' from public." + table + " limit 1)")
                .collect(Collectors.joining(" union all "));
        return acting(
                connection, new IsolationWorld.Identity("nobody", "", ""), () -> TestDatabase.texts(connection, sql));
    }

    private List<String> changes(Connection connection, IsolationWorld.Identity identity, String table)
            throws SQLException {
        List<String> leaks = new ArrayList<>();
        String insert = "insert into public." + table + " (%1$s) select %1$s from jsonb_populate_record(null::public."
                + table + ", '" + quoted(a.row(connection, table)) + "')";
        // Whoever is a user may found an organization, and is told when its name is taken.
        if (!(table.equals("organizations") && identity.isUser())) {
            String state = attempt(connection, identity, insert.formatted(written(insertable, table)));
            if (!state.equals(DENIED)) {
                leaks.add(identity.name() + " inserts a row of A into " + table + ": " + state);
            }
        }
        // Without a condition and without reading a column, so that no policy of select helps.
        String update = "update public." + table + " set (%1$s) = (select %1$s from jsonb_populate_record(null::public."
                + table + ", '" + quoted(world.b().row(connection, table)) + "'))";
        for (String sql : List.of(update.formatted(written(updatable, table)), "delete from public." + table)) {
            String state = attempt(connection, identity, sql);
            if (!state.equals(DENIED) && !state.equals("unchanged")) {
                leaks.add(identity.name() + " is not kept from `" + sql + "`: " + state);
            }
        }
        String truncated = attempt(connection, identity, "truncate public." + table + " cascade");
        if (!truncated.equals(DENIED)) {
            leaks.add(identity.name() + " truncates " + table + ": " + truncated);
        }
        return leaks;
    }

    /** The columns that may be written; all of them when there are none, which is refused then. */
    private String written(Map<String, String> granted, String table) {
        return granted.getOrDefault(table, String.valueOf(columns.get(table)));
    }

    private Map<String, String> columnsThatRequestsMay(String privilege) {
        return columns("has_column_privilege('pulsegraph_api', c.oid, a.attnum, '" + privilege + "')");
    }

    private Map<String, String> columns(String condition) {
        Map<String, String> columns = new TreeMap<>();
        for (String line : database.texts("""
            select c.relname || ' ' || string_agg(quote_ident(a.attname), ',' order by a.attnum)
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
              and %s
            group by c.relname order by 1""".formatted(condition))) {
            int space = line.indexOf(' ');
            columns.put(line.substring(0, space), line.substring(space + 1));
        }
        return columns;
    }

    /** The state of the error, or whether rows of A are other than before. */
    private String attempt(Connection connection, IsolationWorld.Identity identity, String sql) throws SQLException {
        List<String> before = TestDatabase.texts(connection, dump);
        Savepoint savepoint = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            become(connection, identity);
            statement.executeUpdate(sql);
            statement.execute("reset role");
            return TestDatabase.texts(connection, dump).equals(before) ? "unchanged" : "changes rows of A";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        } finally {
            connection.rollback(savepoint);
        }
    }

    /** Every function, with ids and words of A and with those of nobody: the answers may not differ. */
    private List<String> answers(Connection connection, IsolationWorld.Identity identity) throws SQLException {
        List<String> leaks = new ArrayList<>();
        for (String function : functions) {
            for (String word : List.of("viewer", a.tag())) {
                String other = word.equals(a.tag()) ? "cedar9d" : word;
                String theirs = answer(connection, identity, function, word, uuids);
                String nobodys = answer(
                        connection,
                        identity,
                        function,
                        other,
                        List.of(UUID.randomUUID().toString()));
                if (!theirs.equals(nobodys)) {
                    leaks.add(identity.name() + " is answered by " + function + " with " + word + " of A: " + theirs
                            + ", of nobody: " + nobodys);
                }
            }
        }
        return leaks;
    }

    private String answer(
            Connection connection, IsolationWorld.Identity identity, String function, String word, List<String> uuids)
            throws SQLException {
        String name = function.substring(0, function.indexOf('('));
        String types = function.substring(function.indexOf('(') + 1, function.length() - 1);
        List<String> values = new ArrayList<>();
        // Of the two of a search the first says whose the second is; to try all pairs would take hours.
        List<String> ids = new ArrayList<>();
        StringBuilder from = new StringBuilder();
        for (String type : types.isEmpty() ? new String[0] : types.split(",")) {
            switch (type) {
                case "uuid", "uuid[]" -> {
                    String each = each(from, values.size(), uuids);
                    values.add(type.equals("uuid") ? each : "array[" + each + "]");
                    ids.add(each);
                }
                case "text" -> values.add("'" + word + "'");
                case "real[]" -> values.add("'{1}'::real[]");
                // Beside ids, what they are ids of.
                case "text[]" -> values.add("array['" + (types.contains("uuid[]") ? "post" : word) + "']");
                // A secret opens what it belongs to, whoever has it; this is nobody's.
                case "bytea" -> values.add("'\\x00'::bytea");
                case "integer", "bigint", "double precision", "numeric" -> values.add("1");
                case "boolean" -> values.add("true");
                case "timestamp with time zone" -> values.add("'2026-01-02T00:00:00Z'::timestamptz");
                case "timestamp with time zone[]" -> values.add("'{2026-01-02T00:00:00Z}'::timestamptz[]");
                case "date" -> values.add("date '2026-01-01'");
                case "date[]" -> values.add("'{2026-01-01}'::date[]");
                case "interval" -> values.add("interval '1 day'");
                case "jsonb" -> {
                    if (isSearch(types)) {
                        String each = each(from, values.size(), uuids);
                        values.add(searchOptions(word, each));
                        ids.add(each);
                    } else {
                        values.add("'{}'::jsonb");
                    }
                }
                case "app.search_options" -> {
                    String each = each(from, values.size(), uuids);
                    values.add("jsonb_populate_record(null::app.search_options, " + searchOptions(word, each) + ")");
                    ids.add(each);
                }
                case "pg_snapshot" -> values.add("'1:1:'::pg_snapshot");
                case "bigint[]" -> values.add("'{1}'::bigint[]");
                case "jsonpath" -> values.add("'$'::jsonpath");
                case "jsonpath[]" -> values.add("'{$}'::jsonpath[]");
                case "regconfig" -> values.add("'simple'::regconfig");
                case "tsquery" -> values.add("plainto_tsquery('simple', '" + word + "')");
                default ->
                    throw new IllegalStateException(
                            "Say what value of A to try for the " + type + " of " + function + ".");
            }
        }
        String sql = "select f::text from " + from + "lateral " + name + "(" + String.join(", ", values) + ") f"
                + (ids.size() < 2 || !isSearch(types)
                        ? ""
                        : " where " + ids.getFirst() + " = '" + a.organization() + "' or " + ids.getFirst() + " = "
                                + ids.getLast());
        Savepoint savepoint = connection.setSavepoint();
        try {
            become(connection, identity);
            return TestDatabase.texts(connection, sql).stream()
                    .map(text -> neutral(text, word))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .toString();
        } catch (SQLException e) {
            return neutral(
                    e.getSQLState() + " "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    word);
        } finally {
            connection.rollback(savepoint);
        }
    }

    /** One of these ids after the other. */
    private static String each(StringBuilder from, int number, List<String> uuids) {
        String each = "u" + number;
        from.append("unnest('{")
                .append(String.join(",", uuids))
                .append("}'::uuid[]) ")
                .append(each)
                .append(", ");
        return each;
    }

    private static boolean isSearch(String types) {
        return types.contains("real[]") || types.contains("app.search_options");
    }

    private static String searchOptions(String word, String source) {
        return "jsonb_build_object('mode', 'hybrid', 'words', '" + word + "', 'source_type', 'post', 'source_id', "
                + source + ", 'first', 1, 'fusion_k', 1, 'vector_weight', 1, 'keyword_weight', 1)";
    }

    private static String neutral(String text, String word) {
        return UUIDS.matcher(text.replace(word, "?")).replaceAll("?");
    }

    private List<String> acting(Connection connection, IsolationWorld.Identity identity, Query query)
            throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        try {
            become(connection, identity);
            return query.run();
        } finally {
            connection.rollback(savepoint);
        }
    }

    private static void become(Connection connection, IsolationWorld.Identity identity) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local role pulsegraph_api; select set_config('app.user_id', '" + identity.user()
                    + "', true), set_config('app.api_key_id', '" + identity.key() + "', true)");
        }
    }

    private void inTransaction(Work work) {
        try (Connection connection = database.asSuperuser()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set local session_replication_role = replica");
            }
            work.run(connection);
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(String text) {
        return text.replace("'", "''");
    }

    private interface Query {
        List<String> run() throws SQLException;
    }

    private interface Work {
        void run(Connection connection) throws SQLException;
    }
}
