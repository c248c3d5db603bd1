package dev.pulsegraph.hostile;

import dev.pulsegraph.support.Documentation;
import dev.pulsegraph.support.Json;
import dev.pulsegraph.support.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known to be understood, or to be refused: the requests of the pairs, the examples of the documentation, and what
 * other tests refuse. {@code $id} and the like stand for what belongs to the one who sends it.
 */
final class Corpus {
    private static final Path PAIRS = Path.of("src/test/resources/api");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)}");
    private static final Pattern QUESTIONS = Pattern.compile("```graphql\n(.*?)\n```", Pattern.DOTALL);
    private static final Pattern EVENTS =
            Pattern.compile("(/v1/\\w+)[^\n]*(?:\\\\\n)?[^\n]*-d '(\\{.*?})'", Pattern.DOTALL);

    private final Json json;

    Corpus(Json json) {
        this.json = json;
    }

    List<Input> inputs() {
        return Stream.of(pairs(), documents(), bodies(), events(), messages(), documentation())
                .flatMap(all -> all)
                .toList();
    }

    private Stream<Input> pairs() {
        List<Path> files;
        try (Stream<Path> all = Files.walk(PAIRS)) {
            files = all.filter(file -> file.toString().endsWith(".graphql"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return files.stream()
                .flatMap(file -> Pair.read(file).steps().stream())
                // What a WebSocket is needed for comes with the messages.
                .filter(step -> !step.document().contains("subscription "))
                .map(step -> question(step.document(), String.valueOf(step.variables())));
    }

    private Stream<Input> documents() {
        return Lines.of("documents.txt").stream()
                .map(line -> question(
                        line.substring(line.indexOf(':') + 1)
                                .replace("$team", "$id")
                                .replace("$foreignPost", "$post")
                                .replace("$foreign", "$id"),
                        "{}"));
    }

    private static Stream<Input> bodies() {
        return Lines.of("bodies.txt").stream()
                .map(line -> Input.of("/graphql", "application/json", line.substring(line.indexOf(':') + 1)));
    }

    private static Stream<Input> events() {
        return Lines.of("events.txt").stream().map(line -> {
            String[] parts = line.split(" ", 3);
            return Input.of(
                    parts[0],
                    parts[1],
                    parts[2].replace("\\n", "\n").replace("\\r", "\r").replace("\\ufeff", "\ufeff"));
        });
    }

    private static Stream<Input> messages() {
        List<String> lines = Lines.of("messages.txt");
        String first = lines.getFirst();
        return lines.stream().map(line -> Input.of(Input.SOCKET, "", first + "\n" + line));
    }

    /** What people read and copy. */
    private Stream<Input> documentation() {
        return Documentation.pages().stream()
                .map(Documentation::read)
                .flatMap(text -> Stream.concat(
                        QUESTIONS.matcher(text).results().map(found -> question(found.group(1), "{}")),
                        EVENTS.matcher(text)
                                .results()
                                .map(found -> Input.of(found.group(1), "application/json", found.group(2)))));
    }

    private Input question(String document, String variables) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("query", references(document));
        if (json.read(references(variables)) instanceof Map<?, ?> given && !given.isEmpty()) {
            body.put("variables", given);
        }
        return Input.of("/graphql", "application/json", json.line(body));
    }

    /** Pairs name what is in their world; here all of it is one tenant's. */
    private static String references(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1)) {
                            case "organization" -> "$id";
                            case "slug" -> "$slug";
                            case "uuid.organization" -> "$uuid";
                            default -> found.group(1).startsWith("uuid.") ? "$uuid" : "$post";
                        }));
    }

    /** The inputs as one tenant would send them. */
    static List<Input> filled(List<Input> inputs, Attacker attacker, String post) {
        return inputs.stream()
                .map(input -> Input.of(input.path(), input.type(), filled(input.text(), attacker, post)))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    static String filled(String text, Attacker attacker, String post) {
        return attacker.filled(text.replace("$token", attacker.token())
                .replace("$key", attacker.key("ingest"))
                .replace("$post", post));
    }
}
