package dev.pulsegraph.isolation;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Api;
import dev.pulsegraph.support.Fixtures;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLTypeUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the server every question there is, with everything that is known of organization A, as people who may not notice
 * it. Each value of A is also tried as one that does not exist: the two answers may not differ.
 */
final class ApiWalk {
    private static final Pattern CURSOR = Pattern.compile("\"(?:cursor|startCursor|endCursor)\":\"([^\"]+)\"");
    private static final Pattern UUIDS =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final int ECHOED = 60;
    private static final String FOUNDED = "founded";

    /** As many at once as an operation may cost. */
    private static final int NODES = 20;

    private final IsolationWorld world;
    private final Questions questions;
    private final Pattern tracesOfA;
    private final Set<String> uuidsOfA;
    private final List<Pair> ids;
    private final List<Pair> texts;
    private final List<Pair> cursors;
    private final Map<String, String> idsOfA;
    private final Map<String, String> idsOfB;
    private final Set<String> reached = new HashSet<>();

    ApiWalk(IsolationWorld world) {
        this.world = world;
        questions = new Questions(world.schema());
        tracesOfA = world.tracesOfA();
        uuidsOfA = world.a().uuids();
        idsOfA = idsByType(world.insider(), uuidsOfA);
        idsOfB = idsByType(world.ownerOfB(), world.b().uuids());
        ids = idsOfA.entrySet().stream()
                .map(id -> new Pair(id.getValue(), GlobalId.encode(id.getKey(), UUID.randomUUID())))
                .toList();
        texts = world.a().texts().stream()
                .map(text -> new Pair(text, text.replace(world.a().tag(), "cedar9d")))
                .toList();
        cursors = cursorsOfA();
    }

    /** The types of Node of which A has a row that its own owner finds. */
    Map<String, String> idsOfA() {
        return idsOfA;
    }

    /** What A's own owner is answered: what the others must not see. */
    String asInsider() {
        StringBuilder text = new StringBuilder();
        questions
                .plain(world.a().slug())
                .values()
                .forEach(question -> text.append(world.insider().ask(question).text()));
        return text.append(nodes(world.insider(), uuidsOfA)).toString();
    }

    /** Every question about A to every outsider. */
    List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        world.outsiders().forEach((name, outsider) -> {
            for (String leak : leaks(outsider)) {
                leaks.add(name + ": " + leak);
            }
        });
        return leaks;
    }

    /** The cheap part: everything by its id, and everything that hangs on B. */
    List<String> leaksByReading() {
        List<String> leaks = new ArrayList<>();
        find(leaks, "nodes", nodes(world.ownerOfB(), uuidsOfA));
        questions
                .plain(world.b().slug())
                .forEach((field, question) ->
                        find(leaks, field, world.ownerOfB().ask(question).text()));
        return leaks;
    }

    /** Every mutation with ids of A; what was changed is for the caller to find out. */
    List<String> leaksByWriting() {
        List<String> leaks = new ArrayList<>();
        world.outsiders().forEach((name, outsider) -> {
            for (GraphQLFieldDefinition mutation : questions.mutations()) {
                for (String leak : leaks(outsider, mutation)) {
                    leaks.add(name + ": " + leak);
                }
            }
        });
        world.database().execute("delete from organizations where slug like '" + FOUNDED + "-%'");
        for (GraphQLFieldDefinition mutation : questions.mutations()) {
            if (namesRows(mutation) && !reached.contains(mutation.getName())) {
                leaks.add(
                        mutation.getName() + " never got as far as looking for the row: its inputs need other values");
            }
        }
        return leaks;
    }

    private List<String> leaks(Api.As outsider) {
        List<String> leaks = new ArrayList<>();
        find(leaks, "nodes", nodes(outsider, uuidsOfA));
        for (String slug : List.of(world.a().slug(), world.b().slug())) {
            questions
                    .plain(slug)
                    .forEach((field, question) -> find(
                            leaks, field + " of " + slug, outsider.ask(question).text()));
        }
        for (Questions.Site site : questions.sites(world.b().slug())) {
            for (Pair pair : candidates(site)) {
                compare(leaks, outsider, site.path(), site.document(), pair.ofA(), pair.ofNobody(), pair.parts());
            }
        }
        return leaks;
    }

    private List<Pair> candidates(Questions.Site site) {
        if (site.isOf("ID")) {
            List<Pair> quoted = ids.stream().map(Pair::quoted).toList();
            return site.isList() ? List.of(Pair.all(quoted)) : quoted;
        }
        if (site.isOf("String")) {
            List<Pair> fitting = List.of("after", "before").contains(site.name()) ? cursors : texts;
            List<Pair> quoted = fitting.stream().map(Pair::quoted).toList();
            return site.isList() ? List.of(Pair.all(quoted)) : quoted;
        }
        if (site.isOf("DateTime")) {
            return List.of(Pair.same("\"2026-01-02T00:00:00Z\""), Pair.same("\"2026-01-02T00:00:01Z\""));
        }
        if (site.isOf("Date")) {
            return List.of(Pair.same("\"2026-01-03\""), Pair.same("\"2026-01-04\""));
        }
        if (site.innerType() instanceof GraphQLEnumType values) {
            return values.getValues().stream()
                    .map(value -> site.isList() ? "[\"" + value.getName() + "\"]" : "\"" + value.getName() + "\"")
                    .map(Pair::same)
                    .toList();
        }
        return switch (((GraphQLNamedType) site.innerType()).getName()) {
            case "Int", "Long", "Float" -> List.of(Pair.same("1"), Pair.same("200"));
            case "Boolean" -> List.of(Pair.same("true"), Pair.same("false"));
            case "JSON" -> List.of(Pair.same("{}"));
            default -> throw new IllegalStateException("Say what values of A to try for " + site.path() + ".");
        };
    }

    private boolean namesRows(GraphQLFieldDefinition mutation) {
        return inputOf(mutation).getFieldDefinitions().stream().anyMatch(field -> Questions.isId(field.getType()));
    }

    private static GraphQLInputObjectType inputOf(GraphQLFieldDefinition mutation) {
        return (GraphQLInputObjectType)
                GraphQLTypeUtil.unwrapAll(mutation.getArgument("input").getType());
    }

    private List<String> leaks(Api.As outsider, GraphQLFieldDefinition mutation) {
        List<String> leaks = new ArrayList<>();
        GraphQLInputObjectType input = inputOf(mutation);
        List<Questions.InputLeaf> leaves = new ArrayList<>();
        questions.input(input, leaf -> {
            leaves.add(leaf);
            return leaf.isOf("ID") ? "null" : value(leaf, 0);
        });
        List<Questions.InputLeaf> places =
                leaves.stream().filter(leaf -> leaf.isOf("ID")).toList();
        int rounds = leaves.stream()
                .map(Questions.InputLeaf::type)
                .mapToInt(type -> type instanceof GraphQLEnumType values
                        ? values.getValues().size()
                        : 1)
                .max()
                .orElse(1);
        for (int round = 0; round < rounds; round++) {
            int now = round;
            if (places.isEmpty()) {
                String text = ask(
                                outsider,
                                questions.mutation(mutation),
                                questions.input(input, leaf -> value(leaf, now)))
                        .text();
                find(leaks, mutation.getName(), text);
            }
            for (Questions.InputLeaf place : places) {
                compare(leaks, outsider, mutation, input, now, leaf -> leaf.equals(place));
            }
            if (places.size() > 1) {
                compare(leaks, outsider, mutation, input, now, leaf -> true);
            }
        }
        return leaks;
    }

    /** The ids chosen are those of A, and then of nothing; all others are B's own. */
    private void compare(
            List<String> leaks,
            Api.As outsider,
            GraphQLFieldDefinition mutation,
            GraphQLInputObjectType input,
            int round,
            java.util.function.Predicate<Questions.InputLeaf> chosen) {
        Map<String, String> used = new HashMap<>();
        String theirs = questions.input(input, leaf -> {
            if (!leaf.isOf("ID")) {
                return value(leaf, round);
            }
            String type = typeOf(leaf);
            String id = String.valueOf((chosen.test(leaf) ? idsOfA : idsOfB).get(type));
            if (chosen.test(leaf)) {
                used.put(id, GlobalId.encode(type, UUID.randomUUID()));
            }
            return "\"" + id + "\"";
        });
        String nobodys = theirs;
        for (var pair : used.entrySet()) {
            nobodys = nobodys.replace(pair.getKey(), pair.getValue());
        }
        List<Pair> pairs = used.entrySet().stream()
                .map(pair -> new Pair(pair.getKey(), pair.getValue()))
                .toList();
        String found = compare(
                leaks,
                outsider,
                mutation.getName() + " " + used.keySet(),
                questions.mutation(mutation),
                theirs,
                nobodys,
                pairs);
        if (found.contains("NOT_FOUND")) {
            reached.add(mutation.getName());
        }
    }

    /** The type whose ids an input wants: named like the field, or else by the name of the input. Metrics are about posts. */
    private String typeOf(Questions.InputLeaf leaf) {
        if (leaf.name().equals("entity") || leaf.name().equals("source")) {
            return "Post";
        }
        String declared = leaf.input() + "." + leaf.name() + " ";
        for (String type : TenantFiles.typesOfIds()) {
            if (type.startsWith(declared)) {
                return type.substring(declared.length());
            }
        }
        return questions.nodeTypes().stream()
                .filter(type -> type.equalsIgnoreCase(leaf.name())
                        || (leaf.name().equals("id") && leaf.input().contains(type)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        leaf.input() + "." + leaf.name() + " wants an id of a type its name does not tell."));
    }

    private String value(Questions.InputLeaf leaf, int round) {
        if (leaf.type() instanceof GraphQLEnumType values) {
            List<GraphQLEnumValueDefinition> all = values.getValues();
            return "\"" + all.get(round % all.size()).getName() + "\"";
        }
        return switch (((GraphQLNamedType) leaf.type()).getName()) {
            case "String" -> "\"" + text(leaf.name()) + "\"";
            case "Boolean" -> "true";
            case "Int", "Long", "Float" -> "1";
            case "JSON" -> "{}";
            case "Date" -> "\"2099-01-01\"";
            case "DateTime" -> leaf.name().equals("from") ? "\"2098-01-01T00:00:00Z\"" : "\"2099-01-01T00:00:00Z\"";
            default ->
                throw new IllegalStateException("Say what to send for " + leaf.input() + "." + leaf.name() + ".");
        };
    }

    private String text(String name) {
        return switch (name) {
            case "confirmSlug" -> world.a().slug();
            case "slug" -> Fixtures.unique(FOUNDED);
            case "email" -> "guest@nowhere.example";
            case "timeZone" -> "UTC";
            case "sourceType" -> "post";
            case "token" -> "pgi_nobody";
            default -> "text";
        };
    }

    /** Asks with a value of A and with one of nobody; answers what is answered to the first. */
    private String compare(
            List<String> leaks,
            Api.As outsider,
            String place,
            String document,
            String theirs,
            String nobodys,
            List<Pair> pairs) {
        String seen = neutral(ask(outsider, document, theirs), pairs);
        find(leaks, place, seen);
        if (!theirs.equals(nobodys)) {
            String expected = neutral(ask(outsider, document, nobodys), pairs);
            if (!seen.equals(expected)) {
                leaks.add(place + ": something of A is answered by " + seen + " and nothing by " + expected + ", asked "
                        + theirs);
            }
        }
        return seen;
    }

    private static Answer ask(Api.As outsider, String document, String value) {
        return outsider.post(
                "{\"query\": \"" + document.replace("\"", "\\\"") + "\", \"variables\": {\"value\": " + value + "}}");
    }

    /** The text of an answer without when it was read, which tells nothing of anybody. */
    static String timeless(Answer answer) {
        return answer.text().replaceAll("\"asOf\":\"[^\"]*\"", "\"asOf\":?");
    }

    /** An answer without the values that were asked for, which errors may repeat. */
    private static String neutral(Answer answer, List<Pair> pairs) {
        String text = answer.status() + " " + timeless(answer);
        for (Pair pair : pairs) {
            for (String value : List.of(pair.ofA(), pair.ofNobody())) {
                text = text.replace(value, "?");
                if (value.length() > ECHOED) {
                    text = text.replace(value.substring(0, ECHOED) + "…", "?");
                }
            }
        }
        return text;
    }

    private void find(List<String> leaks, String place, String text) {
        for (String trace : Tenant.traces(tracesOfA, text)) {
            leaks.add(place + " shows " + trace);
        }
        if (text.contains("\"INTERNAL\"") || !(text.contains("\"data\"") || text.contains("\"errors\""))) {
            leaks.add(place + " fails in a way nobody thought of: " + text);
        }
    }

    /** Every UUID as an id of every type. */
    private String nodes(Api.As caller, Set<String> uuids) {
        List<String> all = uuids.stream()
                .flatMap(uuid ->
                        questions.nodeTypes().stream().map(type -> GlobalId.encode(type, UUID.fromString(uuid))))
                .toList();
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < all.size(); from += NODES) {
            List<String> page = all.subList(from, Math.min(all.size(), from + NODES));
            text.append(caller.ask(questions.nodes(), Map.of("ids", page)).text());
        }
        return text.toString();
    }

    /** One id of each type, as its own organization's owner finds them. */
    private Map<String, String> idsByType(Api.As caller, Set<String> uuids) {
        Map<String, String> found = new LinkedHashMap<>();
        String text = nodes(caller, uuids);
        for (String type : questions.nodeTypes()) {
            for (String uuid : uuids) {
                String id = GlobalId.encode(type, UUID.fromString(uuid));
                if (text.contains("\"" + type + "_id\":\"" + id + "\"")) {
                    found.putIfAbsent(type, id);
                }
            }
        }
        return found;
    }

    /** An id that nobody has, and that every other comes before or after as it does the one given. */
    private static String besides(String id) {
        int last = id.length() - 1;
        return id.substring(0, last) + (id.charAt(last) == '0' ? '1' : '0');
    }

    /** Each cursor of A, and one at the same place of a row that does not exist. */
    private List<Pair> cursorsOfA() {
        Map<String, Pair> found = new LinkedHashMap<>();
        Matcher cursor = CURSOR.matcher(asInsider());
        while (cursor.find()) {
            String decoded = new String(Base64.getUrlDecoder().decode(cursor.group(1)), StandardCharsets.UTF_8);
            String elsewhere = UUIDS.matcher(decoded).replaceAll(id -> besides(id.group()));
            found.putIfAbsent(
                    decoded.substring(0, decoded.indexOf('|')),
                    new Pair(
                            cursor.group(1),
                            Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(elsewhere.getBytes(StandardCharsets.UTF_8))));
        }
        return List.copyOf(found.values());
    }

    /**
     * A value of A and one of the same kind that nobody has.
     *
     * @param inside the values inside, when it is more than one value
     */
    private record Pair(String ofA, String ofNobody, List<Pair> inside) {
        Pair(String ofA, String ofNobody) {
            this(ofA, ofNobody, List.of());
        }

        static Pair same(String literal) {
            return new Pair(literal, literal);
        }

        static Pair all(List<Pair> pairs) {
            return new Pair(
                    "[" + String.join(", ", pairs.stream().map(Pair::ofA).toList()) + "]",
                    "[" + String.join(", ", pairs.stream().map(Pair::ofNobody).toList()) + "]",
                    pairs.stream().flatMap(pair -> pair.parts().stream()).toList());
        }

        Pair quoted() {
            return new Pair("\"" + ofA + "\"", "\"" + ofNobody + "\"", List.of(this));
        }

        List<Pair> parts() {
            return !inside.isEmpty() ? inside : ofA.equals(ofNobody) ? List.of() : List.of(this);
        }
    }
}
