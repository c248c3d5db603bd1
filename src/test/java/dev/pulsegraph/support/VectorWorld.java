package dev.pulsegraph.support;

import dev.pulsegraph.paging.GlobalId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An organization with vectors, and what a plain loop over all of them finds; it shares no code with the search. */
public final class VectorWorld {
    public static final String MODEL = "test-model";

    private static final String SIMILAR = """
            query ($slug: String!, $input: SimilarInput!) { organization(slug: $slug) { similar(input: $input) {
              model strategy requested returned hasMore vectorCandidates keywordCandidates
              matches { score entityType entityId sourceField chunkIndex snippet metadata vectorRank vectorScore keywordRank keywordScore
                boost { score engagement factor } entity { id } } } } }""";

    public final Fixtures.Team team;
    public final UUID organization;
    public final int dimensions;
    public final List<Row> rows = new ArrayList<>();
    private final Superuser superuser;
    private final Random random;
    private final double[][] centres;

    /** @param clusters around how many points vectors lie; 0 scatters them evenly */
    public VectorWorld(Fixtures fixtures, Superuser superuser, int dimensions, int clusters, long seed) {
        this.team = fixtures.team();
        this.organization = GlobalId.decode("id", team.id()).uuid();
        this.superuser = superuser;
        this.dimensions = dimensions;
        this.random = new Random(seed);
        this.centres = IntStream.range(0, clusters).mapToObj(i -> gaussian()).toArray(double[][]::new);
    }

    /** A vector as it was sent, not of unit length. */
    public record Row(
            String type,
            UUID entity,
            String field,
            int chunk,
            List<Double> vector,
            @Nullable String text,
            Map<String, ?> metadata) {}

    public record Hit(String type, UUID entity, double score) {}

    public List<Double> vector() {
        double[] vector = gaussian();
        if (centres.length > 0) {
            double[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < dimensions; i++) {
                vector[i] = centre[i] + 0.8 * vector[i];
            }
        }
        return Arrays.stream(vector).boxed().toList();
    }

    private double[] gaussian() {
        return random.doubles(dimensions, 0, 1).map(x -> random.nextGaussian()).toArray();
    }

    public VectorWorld add(String type, UUID entity, int chunk, @Nullable String text, Map<String, ?> metadata) {
        rows.add(new Row(type, entity, "content", chunk, vector(), text, metadata));
        return this;
    }

    public VectorWorld addAccounts(int number) {
        for (int i = 0; i < number; i++) {
            add("ACCOUNT", new UUID(organization.getLeastSignificantBits(), i), 0, null, Map.of("number", i));
        }
        return this;
    }

    /** Stores what was added, around the API: so thousands take no time. */
    public VectorWorld store() {
        try (Connection connection = superuser.connect();
                PreparedStatement model = connection.prepareStatement("""
                        insert into embedding_models (organization_id, name, dimensions) values (?, ?, ?) on conflict do nothing""");
                PreparedStatement insert = connection.prepareStatement("""
                        insert into embeddings (organization_id, id, entity_type, entity_id, source_field, chunk_index, space_id, vector_data, content, metadata)
                        select m.organization_id, gen_random_uuid(), lower(?), ?, ?, ?, m.space_id, ?::real[], ?, ?::jsonb
                        from embedding_models m where m.organization_id = ? and m.name = ?""")) {
            connection.setAutoCommit(false);
            model.setObject(1, organization);
            model.setString(2, MODEL);
            model.setInt(3, dimensions);
            model.executeUpdate();
            for (Row row : rows) {
                double length = Math.sqrt(dot(row.vector(), row.vector()));
                insert.setString(1, row.type());
                insert.setObject(2, row.entity());
                insert.setString(3, row.field());
                insert.setInt(4, row.chunk());
                insert.setString(
                        5,
                        row.vector().stream()
                                .map(x -> Float.toString((float) (x / length)))
                                .collect(Collectors.joining(",", "{", "}")));
                insert.setString(6, row.text());
                insert.setString(7, json(row.metadata()));
                insert.setObject(8, organization);
                insert.setString(9, MODEL);
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        superuser.execute("analyze embeddings");
        return this;
    }

    private static String json(Map<String, ?> metadata) {
        return metadata.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":"
                        + (entry.getValue() instanceof String text ? "\"" + text + "\"" : entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** What this organization's owner is answered. */
    public Answer similar(Map<String, ?> input) {
        Map<String, Object> question = new HashMap<>(input);
        question.putIfAbsent("model", MODEL);
        return team.asOwner().ask(SIMILAR, Map.of("slug", team.slug(), "input", question));
    }

    /** Every entity that fits by its best chunk, nearest first. */
    public List<Hit> nearest(List<Double> query, Predicate<Row> fits) {
        Map<UUID, Hit> best = new HashMap<>();
        for (Row row : rows) {
            if (fits.test(row)) {
                best.merge(
                        row.entity(),
                        new Hit(row.type(), row.entity(), cosine(query, row.vector())),
                        (a, b) -> a.score() >= b.score() ? a : b);
            }
        }
        return best.values().stream()
                .sorted(Comparator.comparingDouble(Hit::score).reversed())
                .toList();
    }

    public static double cosine(List<Double> a, List<Double> b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    private static double dot(List<Double> a, List<Double> b) {
        return IntStream.range(0, a.size())
                .mapToDouble(i -> a.get(i) * b.get(i))
                .sum();
    }

    /** The numbers at the same place of each match. */
    public static List<Double> numbers(Answer answer, String field) {
        return answer.list("organization.similar.matches").stream()
                .map(match -> ((Map<?, ?>) match).get(field))
                .map(number -> number == null ? Double.NEGATIVE_INFINITY : ((Number) number).doubleValue())
                .toList();
    }

    public static List<UUID> entities(Answer answer) {
        return answer.list("organization.similar.matches").stream()
                .map(match -> UUID.fromString(String.valueOf(((Map<?, ?>) match).get("entityId"))))
                .toList();
    }
}
