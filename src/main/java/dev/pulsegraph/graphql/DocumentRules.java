package dev.pulsegraph.graphql;

import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import dev.pulsegraph.request.ErrorBody;
import graphql.Directives;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a document has to keep to besides the rules that graphql-java checks. It comes before those, which fail on a
 * condition at the root of a subscription.
 */
final class DocumentRules {
    /** What graphql-java puts into every schema, though nothing here acts on it. */
    static final Set<String> WITHOUT_EFFECT = Set.of(
            Directives.DeferDirective.getName(), Directives.ExperimentalDisableErrorPropagationDirective.getName());

    private static final Set<String> CONDITIONS =
            Set.of(Directives.SkipDirective.getName(), Directives.IncludeDirective.getName());

    private final List<GraphQLError> errors = new ArrayList<>();
    private final Map<String, FragmentDefinition> fragments = new HashMap<>();
    private final Set<String> visited = new HashSet<>();

    private DocumentRules() {}

    static List<GraphQLError> broken(Document document) {
        var rules = new DocumentRules();
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(fragment -> rules.fragments.put(fragment.getName(), fragment));
        document.getDefinitions().forEach(rules::requireKnownDirectives);
        document.getDefinitionsOfType(OperationDefinition.class).stream()
                .filter(operation -> operation.getOperation() == OperationDefinition.Operation.SUBSCRIPTION)
                .forEach(operation -> rules.requireNoConditions(operation.getSelectionSet()));
        return rules.errors;
    }

    private void requireKnownDirectives(Node<?> node) {
        if (node instanceof DirectivesContainer<?> container) {
            for (Directive directive : container.getDirectives()) {
                if (WITHOUT_EFFECT.contains(directive.getName())) {
                    report(
                            directive,
                            "There is no directive `@" + directive.getName() + "`. There is `include`, `skip`.");
                }
            }
        }
        node.getChildren().forEach(this::requireKnownDirectives);
    }

    /** A subscription has exactly one field at its root, whatever its variables are. */
    private void requireNoConditions(@Nullable SelectionSet set) {
        if (set == null) {
            return;
        }
        for (Selection<?> selection : set.getSelections()) {
            for (Directive directive : ((DirectivesContainer<?>) selection).getDirectives()) {
                if (CONDITIONS.contains(directive.getName())) {
                    report(directive, "`@" + directive.getName() + "` is not allowed at the root of a subscription.");
                }
            }
            if (selection instanceof InlineFragment fragment) {
                requireNoConditions(fragment.getSelectionSet());
            } else if (selection instanceof FragmentSpread spread && visited.add(spread.getName())) {
                FragmentDefinition fragment = fragments.get(spread.getName());
                requireNoConditions(fragment == null ? null : fragment.getSelectionSet());
            }
        }
    }

    private void report(Directive directive, String sentence) {
        errors.add(GraphqlErrorBuilder.newError()
                .message("%s", sentence)
                .errorType(ErrorType.ValidationError)
                .location(directive.getSourceLocation())
                .extensions(ErrorBody.extensions(Problem.of(ErrorCode.BAD_USER_INPUT, sentence)))
                .build());
    }
}
