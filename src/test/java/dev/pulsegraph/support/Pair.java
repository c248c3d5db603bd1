package dev.pulsegraph.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query and its expected answer, in two files of the same name. Each line {@code # as: somebody} begins an operation;
 * {@code # variables: {…}} and {@code # status: 401} belong to the operation they stand in. With several operations the
 * answer is a list.
 */
public record Pair(Path query, List<Step> steps) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)}");
    private static final String AS = "# as: ";
    private static final String VARIABLES = "# variables: ";
    private static final String STATUS = "# status: ";

    public static Pair read(Path query) {
        List<Step> steps = new ArrayList<>();
        @Nullable Step step = null;
        for (String line : lines(query)) {
            if (line.startsWith(AS)) {
                if (step != null) {
                    steps.add(step);
                }
                step = new Step(line.substring(AS.length()).strip(), "", "{}", 0);
            } else if (step != null) {
                step = step.with(line);
            }
        }
        if (step == null) {
            throw new IllegalStateException(query + " does not say who asks: begin it with `# as: owner`");
        }
        steps.add(step);
        return new Pair(query, List.copyOf(steps));
    }

    /** {@code ${name}} stands for a value, {@code ${name:60}} for its beginning, {@code ${x*500}} for a text of so many x. */
    public static String resolved(String text, Map<String, String> values) {
        return REFERENCE.matcher(text).replaceAll(reference -> {
            String name = reference.group(1);
            int colon = name.indexOf(':');
            String value = name.matches(".\\*\\d+")
                    ? name.substring(0, 1).repeat(Integer.parseInt(name.substring(2)))
                    : values.get(colon < 0 ? name : name.substring(0, colon));
            if (value != null && colon > 0) {
                value = value.substring(0, Integer.parseInt(name.substring(colon + 1)));
            }
            return Matcher.quoteReplacement(Objects.requireNonNull(value, "nothing is called ${" + name + "}"));
        });
    }

    /** What an operation answered can be named by those that follow: {@code ${1.createApiKey.secret}}. */
    public static void remember(String path, @Nullable Object value, Map<String, String> values) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> remember(path + "." + key, inner, values));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                remember(path + "." + i, list.get(i), values);
            }
        } else if (value instanceof String text) {
            values.put(path, text);
        }
    }

    public Path expectation() {
        return query.resolveSibling(query.getFileName().toString().replace(".graphql", ".json"));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One operation.
     *
     * @param as who asks
     * @param variables a JSON object
     * @param status the HTTP status; 0 where it does not matter
     */
    public record Step(String as, String document, String variables, int status) {
        public boolean isMutation() {
            return document.lines().anyMatch(line -> line.startsWith("mutation"));
        }

        private Step with(String line) {
            if (line.startsWith(VARIABLES)) {
                return new Step(as, document, line.substring(VARIABLES.length()), status);
            }
            if (line.startsWith(STATUS)) {
                return new Step(
                        as,
                        document,
                        variables,
                        Integer.parseInt(line.substring(STATUS.length()).strip()));
            }
            return new Step(as, document + line + "\n", variables, status);
        }
    }
}
