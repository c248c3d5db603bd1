package dev.pulsegraph.product;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.CodePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a property is: {@code plan}, {@code cart.total}, {@code properties.name}, {@code context.campaign.source}. A dot in a key is written {@code \.}.
 *
 * @param ofContext whether in the context of the event, not in its properties
 * @param keys from the outermost object on
 */
public record PropertyPath(boolean ofContext, List<String> keys) {
    static final int MAX_LENGTH = 200;
    static final int MAX_KEYS = 10;
    private static final String CONTEXT = "context";
    private static final String PROPERTIES = "properties";

    /** Reads a path, or says what is wrong with the argument. */
    public static PropertyPath of(String argument, String text) {
        List<String> keys = split(text);
        if (text.isEmpty() || CodePoints.length(text) > MAX_LENGTH || keys.size() > MAX_KEYS || keys.contains("")) {
            throw Problem.badInput(
                    argument,
                    "`" + Problem.shown(text) + "` is not a path of 1 to " + MAX_KEYS + " keys with dots between them, "
                            + "of at most " + MAX_LENGTH + " characters, such as plan or context.campaign.source.");
        }
        boolean ofContext = keys.size() > 1 && keys.getFirst().equals(CONTEXT);
        boolean isPrefixed = ofContext || (keys.size() > 1 && keys.getFirst().equals(PROPERTIES));
        return new PropertyPath(ofContext, List.copyOf(isPrefixed ? keys.subList(1, keys.size()) : keys));
    }

    private static List<String> split(String text) {
        List<String> keys = new ArrayList<>();
        var key = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && (text.charAt(i + 1) == '.' || text.charAt(i + 1) == '\\')) {
                key.append(text.charAt(++i));
            } else if (c == '.') {
                keys.add(key.toString());
                key.setLength(0);
            } else {
                key.append(c);
            }
        }
        keys.add(key.toString());
        return keys;
    }

    /** As jsonpath has it; of a list on the way, any element. */
    String jsonPath() {
        return keys.stream().map(key -> "." + quoted(key)).collect(Collectors.joining("", "$", ""));
    }

    /** A text as jsonpath has it, which is as JSON has it. */
    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
