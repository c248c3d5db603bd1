package dev.pulsegraph.command;

import dev.pulsegraph.problem.Suggestion;
import dev.pulsegraph.time.Durations;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.core.naming.NameUtils;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses settings that do not exist, and values they cannot have. A default in place of what the operator said would be
 * found out much later, if ever.
 */
final class SettingsCheck {
    private static final Pattern OPTION = Pattern.compile("--?([A-Za-z][^=\\s]*)(?:=(.*))?", Pattern.DOTALL);
    private static final Pattern FRAMEWORK =
            Pattern.compile("(micronaut|datasources|endpoints|graphql|netty|logger|jackson|executors)\\..+");
    /** What operators often mean when they leave out where it belongs. */
    private static final List<String> FREQUENT = List.of(
            "micronaut.server.port",
            "micronaut.server.host",
            "datasources.default.url",
            "datasources.default.username",
            "datasources.default.password",
            "datasources.default.maximum-pool-size");

    /** Of those, what the framework would refuse in words of its own. */
    private static final List<String> NUMBERS =
            List.of("micronaut.server.port", "datasources.default.maximum-pool-size");

    private static final Set<String> MAY_BE_ZERO = Set.of("batch-linger", "leeway");

    private SettingsCheck() {}

    /**
     * Checks the settings of this process.
     *
     * @param options as {@code serve} was given them
     */
    static void run(List<String> options) {
        try (ApplicationContext context = ApplicationContext.builder()
                .banner(false)
                .args(options.toArray(String[]::new))
                .build()) {
            List<String> problems = wrongSettings(context.getEnvironment().start());
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("\n", problems));
            }
        }
    }

    static List<String> wrongSettings(Environment environment) {
        List<String> problems = new ArrayList<>();
        for (PropertySource source : environment.getPropertySources()) {
            boolean variables = source.getConvention() == PropertySource.PropertyConvention.ENVIRONMENT_VARIABLE;
            for (String name : source) {
                Object value = source.get(name);
                String text = value == null
                        ? ""
                        : environment
                                .getPlaceholderResolver()
                                .resolvePlaceholders(value.toString())
                                .orElse("");
                Optional<String> problem =
                        variables ? variable(environment, name, text) : property(environment, name, text);
                problem.filter(sentence -> !problems.contains(sentence)).ifPresent(problems::add);
            }
        }
        for (String number : NUMBERS) {
            environment
                    .getProperty(number, String.class)
                    .filter(value -> !value.isBlank() && !value.strip().matches("-?\\d{1,9}"))
                    .ifPresent(value -> problems.add(invalid(number, value, "a whole number")));
        }
        return problems;
    }

    private static Optional<String> variable(Environment environment, String name, String value) {
        if (!name.startsWith("PULSEGRAPH_") || name.startsWith("PULSEGRAPH_TEST_")) {
            return Optional.empty();
        }
        if (name.equals("PULSEGRAPH_LOG_FORMAT") && !Set.of("", "text", "json").contains(value)) {
            return Optional.of(invalid(name, value, "`text` or `json`"));
        }
        if (Settings.VARIABLES.contains(name)) {
            return Optional.empty();
        }
        return Settings.ofVariable(name)
                .map(setting -> value(environment, name, value, setting))
                .orElseGet(() -> Optional.of(unknown(name, Settings.Setting::variable)));
    }

    private static Optional<String> property(Environment environment, String name, String value) {
        String normal = NameUtils.hyphenate(name, true);
        if (!normal.startsWith("pulsegraph.")) {
            return Optional.empty();
        }
        return Settings.ofProperty(normal)
                .map(setting -> value(environment, name, value, setting))
                .orElseGet(() -> Optional.of(unknown(name, Settings.Setting::property)));
    }

    private static Optional<String> value(
            Environment environment, String name, String value, Settings.Setting setting) {
        String allowed = value.isBlank() ? null : allowed(environment, value.strip(), setting);
        return Optional.ofNullable(allowed).map(sentence -> invalid(name, value, sentence));
    }

    /** What is allowed; null when this is. */
    private static @Nullable String allowed(Environment environment, String value, Settings.Setting setting) {
        Class<?> type = setting.type();
        boolean mayBeZero = MAY_BE_ZERO.contains(setting.name());
        boolean isGood;
        String allowed;
        if (type == boolean.class || type == Boolean.class) {
            isGood = value.matches("(?i)true|false|yes|no|on|off");
            allowed = "`true` or `false`";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            long most = type == int.class || type == Integer.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
            int least = mayBeZero ? 0 : 1;
            isGood = value.matches("\\d{1,19}")
                    && new BigDecimal(value).compareTo(BigDecimal.valueOf(most)) <= 0
                    && new BigDecimal(value).compareTo(BigDecimal.valueOf(least)) >= 0;
            allowed = "a whole number from " + least + " to " + most;
        } else if (type == double.class || type == Double.class) {
            isGood = value.matches("\\d{1,9}(\\.\\d{1,9})?");
            allowed = "a number such as 0.5";
        } else if (type == Duration.class) {
            isGood = Durations.parse(value)
                    .filter(d -> d.isPositive() || (mayBeZero && d.isZero()))
                    .isPresent();
            allowed = Durations.ALLOWED;
        } else if (type.isEnum()) {
            isGood = Arrays.stream(type.getEnumConstants())
                    .anyMatch(constant -> constant.toString().equalsIgnoreCase(value));
            allowed = Arrays.stream(type.getEnumConstants())
                    .map(constant -> "`" + constant + "`")
                    .collect(Collectors.joining(" or "));
        } else {
            return null;
        }
        return isGood && environment.convert(value, type).isPresent() ? null : allowed;
    }

    static List<String> wrongOptions(List<String> options) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            Matcher option = OPTION.matcher(options.get(i));
            if (!option.matches()) {
                problems.add("`" + options.get(i) + "` is not an option of serve; settings are given as -name=value.");
                continue;
            }
            String name = NameUtils.hyphenate(option.group(1), true);
            boolean known =
                    name.startsWith("pulsegraph.") || FRAMEWORK.matcher(name).matches();
            String value = option.group(2);
            if (known && value != null) {
                continue;
            }
            if (value == null && i + 1 < options.size() && !options.get(i + 1).startsWith("-")) {
                value = options.get(++i);
            }
            String given = value == null ? "…" : value;
            problems.add("`" + option.group() + "` is not an option of serve; settings are given as -name=value."
                    + suggestion(name, known)
                            .map(meant -> " Did you mean `-" + meant + "=" + given + "`?")
                            .orElse(""));
        }
        return problems;
    }

    private static Optional<String> suggestion(String name, boolean known) {
        if (known) {
            return Optional.of(name);
        }
        List<String> properties = Stream.concat(
                        FREQUENT.stream(), Settings.list().stream().map(Settings.Setting::property))
                .toList();
        return properties.stream()
                .filter(property -> property.replace('.', '-').endsWith("-" + name.replace('.', '-')))
                .findFirst()
                .or(() -> nearest(name, properties));
    }

    private static String unknown(String name, Function<Settings.Setting, String> naming) {
        List<String> known = Settings.list().stream().map(naming).toList();
        String rest = name.toLowerCase(Locale.ROOT).replaceFirst("^pulsegraph[._]", "");
        return known.stream()
                .filter(setting -> setting.toLowerCase(Locale.ROOT).matches(".*[._]" + Pattern.quote(rest)))
                .findFirst()
                .or(() -> nearest(name, known))
                .map(meant -> name + " is not a setting. Did you mean " + meant + "?")
                .orElse(name + " is not a setting; docs/settings.md lists the settings.");
    }

    /** No more than a third of what was written may differ. */
    private static Optional<String> nearest(String written, List<String> known) {
        return Suggestion.nearest(known, written, Math.max(1, written.length() / 3));
    }

    private static String invalid(String name, String value, String allowed) {
        return name + ": `" + value + "` is rejected: " + allowed + ".";
    }
}
