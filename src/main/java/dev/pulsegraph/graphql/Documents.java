package dev.pulsegraph.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pulsegraph.graphql.engine.Plan;
import dev.pulsegraph.graphql.engine.Planner;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Limit;
import dev.pulsegraph.problem.Problem;
import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.ParseAndValidate;
import graphql.execution.CoercedVariables;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.language.OperationDefinition;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.ParserOptions;
import graphql.parser.exceptions.ParseCancelledException;
import graphql.parser.exceptions.ParseCancelledTooDeepException;
import graphql.parser.exceptions.ParseCancelledTooManyCharsException;
import graphql.schema.GraphQLSchema;
import graphql.validation.GoodFaithIntrospectionExceeded;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorType;
import io.micronaut.context.annotation.Context;
import io.micronaut.json.JsonMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request to its document: automatic persisted queries, trusted documents, and parsing and validation that are
 * done once a text. Made at the start, so that a wrong manifest is found then.
 */
@Context
class Documents {
    private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
    /** Which part of the heap documents may take, and texts of persisted queries as much again as a quarter of it. */
    private static final int SHARE_OF_HEAP = 32;

    private static final long MAX_CACHED = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    private static final int ENTRY = 200;

    @Limit("characters of the document")
    private static final int MAX_CHARACTERS = 2 * 1024 * 1024;

    private static final int MAX_DIGITS = 1000;
    /** Of a document that costs nothing to read. */
    private static final int SHORT = 2000;

    private static final int CHARACTERS_A_COST = 20;
    /** Long ones take turns on half of the processors. */
    private static final Duration TURN_TIMEOUT = Duration.ofSeconds(3);

    private final GraphQLSchema schema;
    private final Planner planner;
    private final GraphQLSettings settings;
    private final DocumentLimits limits;
    private final ParserOptions parserOptions;
    private final TrustedDocuments trusted;
    private final Semaphore longOnes =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
    private final Cache<String, Document> documents = Caffeine.newBuilder()
            .maximumWeight(MAX_CACHED)
            .weigher((String text, Document document) -> ENTRY + document.bytes(text))
            .build();
    private final Cache<String, String> persisted = Caffeine.newBuilder()
            .maximumWeight(MAX_CACHED / 4)
            .weigher((String hash, String text) -> ENTRY + 2 * text.length())
            .build();

    Documents(GraphQLSchema schema, Planner planner, GraphQLSettings settings, JsonMapper json) {
        this.schema = schema;
        this.planner = planner;
        this.settings = settings;
        this.limits = new DocumentLimits(settings);
        this.parserOptions = ParserOptions.newParserOptions()
                // The parser counts the end of the text as a token.
                .maxTokens(settings.maxTokens() + 1)
                .maxCharacters(MAX_CHARACTERS)
                .captureSourceLocation(true)
                .captureIgnoredChars(false)
                .build();
        this.trusted = readTrusted(settings, json);
    }

    /** The text a request means: what it sent, or what its hash stands for. */
    String text(GraphQLRequest request) {
        String text = request.query();
        String hash = request.persistedHash();
        if (text == null) {
            text = known(hash);
        } else if (hash != null && !TrustedDocuments.isHashOf(hash, text)) {
            throw Problem.badInput("extensions", "`persistedQuery.sha256Hash` is not the SHA-256 of `query`.");
        }
        checkTrusted(text);
        return text;
    }

    /** Keeps the text of a request that asks for it by its hash. Only what can be run is worth that. */
    private void persist(GraphQLRequest request, String text) {
        String hash = request.persistedHash();
        if (hash != null && request.query() != null && hash.equals(TrustedDocuments.sha256(text))) {
            persisted.put(hash, text);
        }
    }

    private String known(@Nullable String hash) {
        if (hash == null) {
            throw Problem.badInput("query", "is missing; send the text of a GraphQL document.");
        }
        String known = trusted.text(hash);
        String text = known != null ? known : persisted.getIfPresent(hash);
        if (text == null) {
            // The message is the protocol: clients that see it send the text along with the hash.
            throw Problem.of(ErrorCode.NOT_FOUND, "PersistedQueryNotFound");
        }
        return text;
    }

    /**
     * Parses, validates and measures, or finds what it knew. Syntax and validation errors are inside, and forgotten again: only
     * what can be run is kept.
     *
     * @param request of a caller who was accepted, as it came
     * @param text what it means
     */
    Document document(GraphQLRequest request, String text) {
        Document known = documents.getIfPresent(text);
        Document document = known == null ? prepareInTurn(text) : known;
        if (document.isRunnable()) {
            if (known == null) {
                documents.put(text, document);
            }
            persist(request, text);
        }
        return document;
    }

    /**
     * The plan of a query, which is kept with its document and counts in what that weighs; null for one that graphql-java
     * answers.
     */
    @Nullable
    Plan plan(String text, Document document, OperationDefinition query, CoercedVariables variables) {
        DocumentPlans plans = Objects.requireNonNull(document.plans());
        int before = plans.bytes();
        Plan plan = plans.plan(planner, query, variables);
        if (plans.bytes() != before) {
            documents.asMap().replace(text, document, document);
        }
        return plan;
    }

    /** What it costs to parse and validate a text: nothing for one that is short or was read before. */
    long cost(String text) {
        return isShort(text) || documents.getIfPresent(text) != null
                ? 0
                : (text.length() - SHORT) / CHARACTERS_A_COST + 1;
    }

    private static boolean isShort(String text) {
        return text.length() <= SHORT;
    }

    private Document prepareInTurn(String text) {
        if (isShort(text)) {
            return prepare(text);
        }
        try {
            if (!longOnes.tryAcquire(TURN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.of(
                        ErrorCode.UNAVAILABLE, "Too many long documents are being read; try again in a few seconds.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(ErrorCode.UNAVAILABLE, "The server is stopping.");
        }
        try {
            return prepare(text);
        } finally {
            longOnes.release();
        }
    }

    /** How many bytes of the heap documents and persisted queries take. */
    long cachedBytes() {
        return weight(documents) + weight(persisted);
    }

    private static long weight(Cache<?, ?> cache) {
        cache.cleanUp();
        return cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }

    /** The names of the operations of trusted documents. */
    Set<String> trustedNames() {
        Set<String> names = new HashSet<>();
        for (String text : trusted.all()) {
            Document document = prepare(text);
            if (document.isRunnable()) {
                document.parsed().getDefinitionsOfType(OperationDefinition.class).stream()
                        .map(OperationDefinition::getName)
                        .filter(Objects::nonNull)
                        .forEach(names::add);
            }
        }
        return Set.copyOf(names);
    }

    private Document prepare(String text) {
        if (hasEndlessNumber(text)) {
            throw Problem.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The document has a number of more than " + MAX_DIGITS
                            + " digits; send a long text as a variable.");
        }
        ExecutionInput input = ExecutionInput.newExecutionInput(text).build();
        input.getGraphQLContext().put(ParserOptions.class, parserOptions);
        var parsed = ParseAndValidate.parse(input);
        if (parsed.isFailure()) {
            return new Document(new PreparsedDocumentEntry(parsed.getErrors()), tooMuch(parsed.getSyntaxException()));
        }
        var document = Objects.requireNonNull(parsed.getDocument());
        String tooMuch = limits.exceededBeforeValidation(document);
        if (tooMuch != null) {
            return new Document(new PreparsedDocumentEntry(document), tooMuch);
        }
        List<GraphQLError> broken = DocumentRules.broken(document);
        if (!broken.isEmpty()) {
            return new Document(new PreparsedDocumentEntry(document, broken), null);
        }
        List<ValidationError> errors;
        try {
            errors = ParseAndValidate.validate(schema, document, Locale.ENGLISH);
        } catch (GoodFaithIntrospectionExceeded exceeded) {
            return new Document(
                    new PreparsedDocumentEntry(document),
                    "The introspection asks for `" + exceeded.getMessage()
                            + "` more than once, or for too much at once.");
        }
        String tooLarge = errors.stream()
                .filter(Documents::isLimit)
                .map(ValidationError::getMessage)
                .findFirst()
                .orElse(null);
        return errors.isEmpty()
                ? new Document(new PreparsedDocumentEntry(document), limits.exceededAfterValidation(document))
                : new Document(
                        new PreparsedDocumentEntry(document, ValidationSentences.of(schema, document, errors)),
                        tooLarge);
    }

    /** The parser stops at its bounds with a kind of syntax error; null for one that is about syntax. */
    private @Nullable String tooMuch(@Nullable InvalidSyntaxException stopped) {
        return switch (stopped) {
            case ParseCancelledTooDeepException deep ->
                "The document nests deeper than the parser goes; at most " + settings.maxDepth()
                        + " levels are allowed.";
            case ParseCancelledTooManyCharsException characters ->
                "The document has more than " + MAX_CHARACTERS + " characters, which is the most allowed.";
            case ParseCancelledException tokens ->
                "The document has more than " + settings.maxTokens() + " tokens, which is the most allowed.";
            case null -> null;
            default -> null;
        };
    }

    /** Reading a number of a million digits takes seconds, and nothing needs one. */
    private static boolean hasEndlessNumber(String text) {
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits = c >= '0' && c <= '9' ? digits + 1 : 0;
            if (digits > MAX_DIGITS) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLimit(ValidationError error) {
        return error.getValidationErrorType() == ValidationErrorType.MaxQueryFieldsExceeded
                || error.getValidationErrorType() == ValidationErrorType.MaxQueryDepthExceeded;
    }

    private void checkTrusted(String text) {
        if (settings.trustedDocuments() == GraphQLSettings.TrustedDocuments.OFF || trusted.holds(text)) {
            return;
        }
        if (settings.trustedDocuments() == GraphQLSettings.TrustedDocuments.ENFORCE) {
            throw Problem.forbidden("Only trusted documents run here, and this one is not in the manifest.");
        }
        LOG.warn("Not a trusted document: {} {}", TrustedDocuments.sha256(text), Problem.shown(text));
    }

    private static TrustedDocuments readTrusted(GraphQLSettings settings, JsonMapper json) {
        @Nullable String file = settings.trustedDocumentsFile();
        if (file != null) {
            return TrustedDocuments.read(Path.of(file), json);
        }
        if (settings.trustedDocuments() != GraphQLSettings.TrustedDocuments.OFF) {
            throw new IllegalStateException(
                    "pulsegraph.graphql.trusted-documents needs pulsegraph.graphql.trusted-documents-file, the manifest.");
        }
        return TrustedDocuments.NONE;
    }
}
