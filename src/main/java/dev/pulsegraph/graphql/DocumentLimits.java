package dev.pulsegraph.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a document that need no variables. Each fragment is measured once however often it is spread, so
 * measuring takes time in proportion to the text.
 */
final class DocumentLimits {
    private final GraphQLSettings settings;

    DocumentLimits(GraphQLSettings settings) {
        this.settings = settings;
    }

    /** Aliases can be counted in any document; validation of ten thousand of them would already cost too much. */
    @Nullable
    String exceededBeforeValidation(Document document) {
        int aliases = new Aliases().in(document);
        return aliases > settings.maxAliases()
                ? "The document has " + aliases + " aliases; at most " + settings.maxAliases() + " are allowed."
                : null;
    }

    /** Depth and root fields follow fragments, which are known to have no cycle only after validation. */
    @Nullable
    String exceededAfterValidation(Document document) {
        var measured = new Measured(document);
        for (OperationDefinition operation : document.getDefinitionsOfType(OperationDefinition.class)) {
            int depth = measured.depth(operation.getSelectionSet());
            if (depth > settings.maxDepth()) {
                return "The operation is " + depth + " levels deep; at most " + settings.maxDepth() + " are allowed.";
            }
            long rootFields = measured.fields(operation.getSelectionSet());
            if (rootFields > settings.maxRootFields()) {
                return "The operation has " + rootFields + " root fields; at most " + settings.maxRootFields()
                        + " are allowed.";
            }
        }
        return null;
    }

    private static final class Aliases {
        int in(Document document) {
            int count = 0;
            for (OperationDefinition operation : document.getDefinitionsOfType(OperationDefinition.class)) {
                count += in(operation.getSelectionSet());
            }
            for (FragmentDefinition fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
                count += in(fragment.getSelectionSet());
            }
            return count;
        }

        private int in(@Nullable SelectionSet set) {
            int count = 0;
            if (set != null) {
                for (Selection<?> selection : set.getSelections()) {
                    if (selection instanceof Field field) {
                        count += (field.getAlias() == null ? 0 : 1) + in(field.getSelectionSet());
                    } else if (selection instanceof InlineFragment fragment) {
                        count += in(fragment.getSelectionSet());
                    }
                }
            }
            return count;
        }
    }

    private static final class Measured {
        private final Map<String, FragmentDefinition> fragments = new HashMap<>();
        private final Map<String, Integer> depths = new HashMap<>();
        private final Map<String, Long> counts = new HashMap<>();

        Measured(Document document) {
            document.getDefinitionsOfType(FragmentDefinition.class)
                    .forEach(fragment -> fragments.put(fragment.getName(), fragment));
        }

        private FragmentDefinition fragment(String name) {
            return Objects.requireNonNull(fragments.get(name));
        }

        int depth(@Nullable SelectionSet set) {
            int deepest = 0;
            if (set != null) {
                for (Selection<?> selection : set.getSelections()) {
                    deepest = Math.max(deepest, depth(selection));
                }
            }
            return deepest;
        }

        private int depth(Selection<?> selection) {
            if (selection instanceof Field field) {
                // Introspection is checked by graphql-java: it may not ask for the same part twice.
                return field.getName().startsWith("__") ? 1 : 1 + depth(field.getSelectionSet());
            }
            if (selection instanceof InlineFragment fragment) {
                return depth(fragment.getSelectionSet());
            }
            String name = ((FragmentSpread) selection).getName();
            Integer known = depths.get(name);
            if (known == null) {
                known = depth(fragment(name).getSelectionSet());
                depths.put(name, known);
            }
            return known;
        }

        /** Fields of this level, with fragments unfolded. */
        long fields(@Nullable SelectionSet set) {
            long count = 0;
            if (set != null) {
                for (Selection<?> selection : set.getSelections()) {
                    count = Math.min(
                            Integer.MAX_VALUE,
                            count
                                    + switch (selection) {
                                        case InlineFragment fragment -> fields(fragment.getSelectionSet());
                                        case FragmentSpread spread -> fields(spread.getName());
                                        default -> 1;
                                    });
                }
            }
            return count;
        }

        private long fields(String fragment) {
            Long known = counts.get(fragment);
            if (known == null) {
                known = fields(fragment(fragment).getSelectionSet());
                counts.put(fragment, known);
            }
            return known;
        }
    }
}
