package dev.pulsegraph.funnel.oracle;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A step that is asked for.
 *
 * @param what a name, a target, or a path with stars
 * @param plan what the property has to be; null for anything
 */
public record AskedStep(
        ToldEvent.Kind kind, String what, @Nullable String plan) {

    boolean matches(ToldEvent event) {
        return event.kind() == kind
                && (kind == ToldEvent.Kind.PAGE
                        ? pattern().matcher(event.what()).matches()
                        : what.equals(event.what()))
                && (plan == null || plan.equals(event.plan()));
    }

    private Pattern pattern() {
        return Pattern.compile(
                Arrays.stream(what.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
