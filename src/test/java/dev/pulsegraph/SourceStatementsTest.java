package dev.pulsegraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.paging.GlobalId;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.RoleSql;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The statements that the sources print, as docs/sources.md lists them. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourceStatementsTest {
    private static final Pattern LINE = Pattern.compile("\\| (\\d{3}) \\| `([^`]+)` \\| (.+) \\|");

    private @Nullable World world;

    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    /** One line of a table: whose statement, and the role it is for or what there is instead. */
    record Line(String source, String statement, String rest) {
        @Override
        public String toString() {
            return source + " " + statement;
        }
    }

    private record World(UUID organization, UUID user, UUID post, UUID like) {}

    static Stream<Line> working() {
        return lines("## Statements that run as printed");
    }

    static Stream<Line> differing() {
        return lines("## Statements that differ");
    }

    private static Stream<Line> lines(String heading) {
        try {
            String page = Files.readString(Path.of("docs/sources.md"));
            String section = page.substring(page.indexOf(heading) + heading.length());
            return LINE.matcher(section.substring(0, section.indexOf("\n## ")))
                    .results()
                    .map(line -> new Line(line.group(1), line.group(2), line.group(3)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("working")
    void a_statement_of_a_source_runs_as_it_is_printed(Line line) throws SQLException {
        assertThat(run(line.rest(), line.statement())).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("differing")
    void what_differs_is_refused_and_the_page_says_what_there_is_instead(Line line) {
        assertThat(line.rest()).isNotBlank();
        assertThatThrownBy(() -> run("member", line.statement())).isInstanceOf(SQLException.class);
    }

    @Test
    void statements_answer_what_is_there() throws SQLException {
        assertThat(run("member", "select count(*) from posts_core")).containsExactly("2");
        assertThat(
                        run(
                                "member",
                                "select entity_type, metric_name, count(*) from time_series_metrics group by entity_type, metric_name"))
                .containsExactly("post likes 2");
        assertThat(run("member", "select entity_id from find_similar_content('post', '<post>', 0.2, 5)"))
                .containsExactly(String.valueOf(world().like()));
        assertThat(run(
                        "member",
                        "select total_value, max_value from get_metrics_aggregated('post', '<post>', 'likes', 'year')"))
                .hasSize(1)
                .first()
                .asString()
                .endsWith(" 7.000000000000");
        assertThat(run("member", "select user_has_org_permission('<user>', '<organization>', 'editor')"))
                .containsExactly("t");
        assertThat(run(
                        "member",
                        "select title, likes from posts_unified where user_id = '<user>' order by title desc limit 1"))
                .containsExactly("Soup of pumpkins 7");
    }

    @Test
    void the_owner_is_told_which_role_counts_days() {
        assertThatThrownBy(() -> run("owner", "select aggregate_analytics_daily()"))
                .hasMessageContaining("set role pulsegraph_worker");
    }

    /** In a transaction that is rolled back; the rows with their columns joined, none where a statement has no rows. */
    private List<String> run(String as, String statement) throws SQLException {
        World world = world();
        RoleSql sql = switch (as) {
            case "member" -> RoleSql.of(superuser, world.user());
            case "worker" -> new RoleSql(superuser, "pulsegraph_worker", null);
            default -> new RoleSql(superuser, "pulsegraph_owner", null);
        };
        return sql.attempt(statement
                .replace("<organization>", world.organization().toString())
                .replace("<user>", world.user().toString())
                .replace("<post>", world.post().toString()));
    }

    private World world() {
        World known = world;
        if (known != null) {
            return known;
        }
        Fixtures.Team team = fixtures.team();
        List<UUID> posts = Stream.of("Soup of pumpkins", "Pumpkin soup")
                .map(title -> GlobalId.decode("id", team.post(title)).uuid())
                .toList();
        team.asOwner()
                .ask(
                        "mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { written } }",
                        Map.of(
                                "input",
                                Map.of(
                                        "organization",
                                        team.id(),
                                        "samples",
                                        IntStream.of(3, 7)
                                                .mapToObj(likes -> Fixtures.sample(
                                                        "likes",
                                                        GlobalId.encode("Post", posts.getFirst()),
                                                        "instagram",
                                                        likes,
                                                        "2026-0" + likes + "-01T10:00:00Z"))
                                                .collect(Collectors.toList()))))
                .succeeded();
        UUID organization = GlobalId.decode("id", team.id()).uuid();
        UUID user = superuser.ownerOf(organization);
        World made = new World(organization, user, posts.getFirst(), posts.getLast());
        world = made;
        return made;
    }
}
