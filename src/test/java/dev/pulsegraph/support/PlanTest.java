package dev.pulsegraph.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.database.Read;
import io.micronaut.core.util.SupplierUtil;
import io.micronaut.data.annotation.Query;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * The statements of a feature that are asked all the time walk an index from where they begin to where they end, under row security,
 * whether the server plans for the values or for any values. All features share one database, which the files of
 * {@code src/test/resources/plan} fill, one a feature.
 */
public abstract class PlanTest {
    protected static final String ORGANIZATION = "00000000-0000-0000-0000-000000000007";
    protected static final String USER = "10000000-0000-0000-0000-000000000007";
    protected static final String SMALLEST = "'00000000-0000-0000-0000-000000000000'";
    protected static final String ORGANIZATIONS = "'{" + ORGANIZATION + "}'";

    private static final Supplier<TestDatabase> DATABASE = SupplierUtil.memoized(PlanTest::fill);

    private static TestDatabase fill() {
        var database = TestDatabase.migrated();
        for (String rows : SqlFolder.texts("plan")) {
            database.execute("begin; set local session_replication_role = replica;\n" + rows + "commit");
        }
        database.execute("analyze");
        return database;
    }

    protected static TestDatabase database() {
        return DATABASE.get();
    }

    protected static Stream<String> modes() {
        return Stream.of("force_custom_plan", "force_generic_plan");
    }

    /** A test a mode: neither sorts nor reads a table from its beginning, and walks the index of the statement by its condition. */
    protected static Stream<DynamicTest> planned(Statement statement) {
        return modes().map(mode -> DynamicTest.dynamicTest(
                statement.method() + statement.values().getOrDefault("key", "") + " with " + mode, () -> {
                    walks(plan(statement, mode), statement.index(), statement.condition());
                }));
    }

    /** The same of what a repository declares. */
    protected static Stream<DynamicTest> planned(
            String name, Read<?> read, Map<String, String> literals, String index, String condition) {
        return modes().map(mode -> DynamicTest.dynamicTest(
                name + " with " + mode, () -> walks(plan(read, literals, mode), index, condition)));
    }

    /** What PostgreSQL does to read what a repository declares. */
    protected static String plan(Read<?> read, Map<String, String> literals, String mode) throws SQLException {
        List<String> types = new ArrayList<>();
        List<String> values = new ArrayList<>();
        String sql = read.sql();
        for (Map.Entry<String, ?> parameter : new TreeMap<>(read.values()).entrySet()) {
            Object value = parameter.getValue();
            types.add(typeOf(value));
            values.add(String.valueOf(literals.get(parameter.getKey())));
            sql = sql.replaceAll("(?<!:):" + parameter.getKey() + "\\b", "\\$" + types.size());
        }
        return explained(sql, types, values, mode);
    }

    /**
     * What PostgreSQL does inside a function, as it says itself: the plans of those statements whose notes contain a text.
     *
     * @param call of the function, as a user asks it
     */
    protected static String planInside(String call, String text) throws SQLException {
        try (Connection connection = database().asSuperuser();
                var statement = connection.createStatement()) {
            statement.execute(
                    "load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; "
                            + "set auto_explain.log_level = notice");
            connection.setAutoCommit(false);
            statement.execute("set local role pulsegraph_api; set local app.user_id = '" + USER + "'");
            statement.clearWarnings();
            statement.execute(call);
            StringBuilder plan = new StringBuilder();
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                String message = String.valueOf(warning.getMessage());
                if (message.contains(text)) {
                    plan.append(message.substring(message.indexOf("(cost=")));
                }
            }
            return plan.toString();
        }
    }

    private static void walks(String plan, String index, String condition) {
        assertThat(plan).contains("using " + index).doesNotContain("Seq Scan").doesNotContain("Sort");
        assertThat(plan.lines().filter(line -> line.contains("Index Cond")))
                .as(plan)
                .anySatisfy(line -> assertThat(line).contains(condition));
    }

    /** What PostgreSQL does for a user who asks, line by line. */
    protected static String plan(Statement statement, String mode) throws SQLException {
        Method method = statement.find();
        String sql = method.getAnnotation(Query.class).value();
        List<String> types = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            types.add(typeOf(parameter));
            values.add(String.valueOf(statement.values().get(parameter.getName())));
            sql = sql.replaceAll("(?<!:):" + parameter.getName() + "\\b", "\\$" + types.size());
        }
        return explained(sql, types, values, mode);
    }

    private static String explained(String sql, List<String> types, List<String> values, String mode)
            throws SQLException {
        try (Connection connection = database().asLogin();
                var begin = connection.createStatement()) {
            connection.setAutoCommit(false);
            begin.execute("set local role pulsegraph_api; set local app.user_id = '" + USER
                    + "'; set local plan_cache_mode = " + mode + "; prepare asked (" + String.join(", ", types)
                    + ") as " + sql);
            return String.join(
                    "\n",
                    TestDatabase.texts(
                            connection, "explain (costs off) execute asked (" + String.join(", ", values) + ")"));
        }
    }

    /** As {@code OperationTransaction} sends them. */
    private static String typeOf(@Nullable Object value) {
        if (value instanceof Collection<?> all) {
            return all.stream().anyMatch(String.class::isInstance) ? "text[]" : "uuid[]";
        }
        return value instanceof UUID ? "uuid" : value instanceof Integer ? "int" : "text";
    }

    /** As the driver sends them. */
    private static String typeOf(Parameter parameter) {
        Class<?> type = parameter.getType();
        if (Collection.class.isAssignableFrom(type)) {
            return "text[]";
        }
        if (type == boolean.class) {
            return "boolean";
        }
        return type == UUID.class ? "uuid" : type == int.class ? "int" : "text";
    }

    /** The parameters of a page, as {@code Walk} has them. */
    protected static final Map<String, ?> PLACE = Map.of(
            "organizations", List.of(UUID.fromString(ORGANIZATION)), "key", "", "id", new UUID(0, 0), "limit", 21);

    /** A page from where all begin walks an index. */
    protected static Stream<DynamicTest> page(boolean up, Read<?> page, Map<String, String> more, String index) {
        return planned(index + (up ? " up" : " down"), page, fromTheFirst(more, up), index, "(ROW(");
    }

    /** With the place that the first page of that direction begins at. */
    protected static Map<String, String> fromTheFirst(Map<String, String> more, boolean up) {
        Map<String, String> all = new HashMap<>(more);
        all.putAll(Map.of(
                "organizations",
                ORGANIZATIONS,
                "key",
                up ? "'-infinity'" : "'infinity'",
                "id",
                SMALLEST,
                "limit",
                "21"));
        return all;
    }

    /**
     * A statement of a repository.
     *
     * @param parameters how many it has, which tells it from others of its name
     * @param values literals by name
     * @param condition what the condition of the index holds
     */
    public record Statement(
            Class<?> repository,
            String method,
            int parameters,
            Map<String, String> values,
            String index,
            String condition) {
        public Statement(Class<?> repository, String method, int parameters, Map<String, String> values) {
            this(repository, method, parameters, values, "", "");
        }

        Method find() {
            return Arrays.stream(repository.getDeclaredMethods())
                    .filter(found -> found.getName().equals(method) && found.getParameterCount() == parameters)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
