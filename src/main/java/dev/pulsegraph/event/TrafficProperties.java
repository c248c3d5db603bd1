package dev.pulsegraph.event;

import dev.pulsegraph.batch.InvalidItem;
import dev.pulsegraph.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What properties say of a page or a click. A program is told what has no good form; of a page, whose author may never look
 * at an answer, it is brought into form, and the answer tells of it.
 */
final class TrafficProperties {
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^a-z0-9._]+");
    private static final Pattern AROUND_WORDS = Pattern.compile("^-+|-+$");

    private final JsonFields properties;
    private final boolean ofPage;
    private final List<String> notes = new ArrayList<>();

    TrafficProperties(JsonFields properties, boolean ofPage) {
        this.properties = properties;
        this.ofPage = ofPage;
    }

    /** What was brought into form, in a sentence each; null when nothing was. */
    @Nullable
    String note() {
        return notes.isEmpty() ? null : String.join(" ", notes);
    }

    @Nullable
    String clickTarget() throws InvalidItem {
        return text("clickTarget");
    }

    String pageType(String defaultType) throws InvalidItem {
        String given = text("pageType");
        String type = given == null ? defaultType : given.toLowerCase(Locale.ROOT);
        if (EventLimits.PAGE_TYPE.matcher(type).matches()) {
            return type;
        }
        if (!ofPage) {
            throw new InvalidItem(
                    JsonFields.BAD_FIELD,
                    "properties.pageType: `" + Problem.shown(type)
                            + "` is not 1 to 50 lower-case letters, digits, dots, hyphens and underscores.");
        }
        String words = AROUND_WORDS
                .matcher(BETWEEN_WORDS.matcher(type).replaceAll("-"))
                .replaceAll("");
        String adjusted =
                words.isEmpty() ? defaultType : words.substring(0, Math.min(words.length(), EventLimits.MAX_PAGE_TYPE));
        notes.add("properties.pageType: `" + Problem.shown(type) + "` is taken as `" + adjusted + "`.");
        return adjusted;
    }

    ClickCategory category(String target) throws InvalidItem {
        String given = text("clickCategory");
        if (given == null) {
            return ClickCategory.of(target);
        }
        Optional<ClickCategory> category = find(given);
        if (category.isEmpty()) {
            String fault = "properties.clickCategory: `" + Problem.shown(given) + "` is unknown; allowed are "
                    + Arrays.stream(ClickCategory.values()).map(Enum::name).collect(Collectors.joining(", ")) + ".";
            if (!ofPage) {
                throw new InvalidItem(JsonFields.BAD_FIELD, fault);
            }
            notes.add(fault);
        }
        return category.orElseGet(() -> ClickCategory.of(target));
    }

    private static Optional<ClickCategory> find(String given) {
        String wanted = given.replace("_", "");
        return Arrays.stream(ClickCategory.values())
                .filter(category -> category.name().replace("_", "").equalsIgnoreCase(wanted))
                .findFirst();
    }

    private @Nullable String text(String name) throws InvalidItem {
        if (ofPage
                && properties.value(name) instanceof String sent
                && sent.strip().codePointCount(0, sent.strip().length()) > EventLimits.MAX_TEXT) {
            String cut = JsonFields.describe(sent, EventLimits.MAX_TEXT);
            if (cut != null) {
                notes.add("properties." + name + ": it is cut to " + EventLimits.MAX_TEXT + " characters.");
                return cut;
            }
        }
        return properties.text(name, EventLimits.MAX_TEXT);
    }
}
