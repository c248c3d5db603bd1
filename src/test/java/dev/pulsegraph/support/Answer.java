package dev.pulsegraph.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server answered.
 *
 * @param body the JSON as maps, lists and scalars
 */
public record Answer(int status, HttpHeaders headers, String text, Map<String, @Nullable Object> body) {

    /** The value at a path such as {@code organization.posts.nodes.0.id}, below {@code data}. */
    public @Nullable Object at(String path) {
        Object value = body.get("data");
        for (String step : path.split("\\.")) {
            if (value == null) {
                return null;
            }
            value = value instanceof List<?> list ? list.get(Integer.parseInt(step)) : ((Map<?, ?>) value).get(step);
        }
        return value;
    }

    public String text(String path) {
        return String.valueOf(at(path));
    }

    public List<?> list(String path) {
        Object value = at(path);
        return value instanceof List<?> list ? list : List.of();
    }

    public List<?> errors() {
        return body.get("errors") instanceof List<?> list ? list : List.of();
    }

    /** The code of the first error; null when there is none. */
    public @Nullable String code() {
        return errors().isEmpty() ? null : String.valueOf(extensions().get("code"));
    }

    /** The argument the first error names; null when it names none. */
    public @Nullable String argument() {
        Object argument = extensions().get("argument");
        return argument == null ? null : argument.toString();
    }

    public String message() {
        return errors().isEmpty() ? "" : String.valueOf(((Map<?, ?>) errors().getFirst()).get("message"));
    }

    private Map<?, ?> extensions() {
        Object extensions = errors().isEmpty() ? null : ((Map<?, ?>) errors().getFirst()).get("extensions");
        return extensions instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Fails with the whole answer when there is any error. */
    public Answer succeeded() {
        assertThat(errors()).as("errors of %s", text).isEmpty();
        return this;
    }

    /** Fails with the whole answer unless the first error has this code. */
    public Answer failed(String code) {
        assertThat(code()).as("code of %s", text).isEqualTo(code);
        return this;
    }
}
