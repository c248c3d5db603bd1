package dev.pulsegraph.isolation;

import dev.pulsegraph.support.SqlFolder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a tenant has of each feature: the files of {@code src/test/resources/tenant} in the order of their names, one a feature,
 * which insert a row into each of its tables. Comments at the beginning of a line declare what the tests cannot find out:
 *
 * <ul>
 *   <li>{@code vocabulary}: columns whose few possible values say nothing about anybody
 *   <li>{@code always empty}: columns of a partition, each as {@code table.column}, that say nothing there
 *   <li>{@code behind another table}: tables that the API reaches only by way of another table with a policy of its own, or not
 *       at all
 *   <li>{@code only calculates}: functions that look at no table, and take any word
 *   <li>{@code id of a type}: a field of an input whose name does not tell the type, and the type
 * </ul>
 */
final class TenantFiles {
    private static final List<String> LINES =
            SqlFolder.texts("tenant").stream().flatMap(String::lines).toList();

    private TenantFiles() {}

    /** The statements that insert the rows. */
    static String sql() {
        return LINES.stream().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n", "", "\n"));
    }

    static Set<String> vocabulary() {
        return declared("vocabulary");
    }

    static Set<String> alwaysEmpty() {
        return declared("always empty");
    }

    static Set<String> behindAnotherTable() {
        return declared("behind another table");
    }

    static Set<String> onlyCalculating() {
        return declared("only calculates");
    }

    /** Each as {@code Input.field Type}. */
    static Set<String> typesOfIds() {
        return declared("id of a type");
    }

    private static Set<String> declared(String what) {
        String prefix = "-- " + what + ": ";
        return LINES.stream()
                .filter(line -> line.startsWith(prefix))
                .flatMap(line -> Stream.of(line.substring(prefix.length()).split(", ")))
                .collect(Collectors.toUnmodifiableSet());
    }
}
