package dev.pulsegraph.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pulsegraph.database.PostgresServer;
import dev.pulsegraph.support.Answer;
import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.TestServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** A fault of ours, made on purpose in a database of its own: the caller gets a number, the log has the rest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorMaskingTest {
    private static final String DATABASE = "pulsegraph_masking";
    private static final Pattern CORRELATION = Pattern.compile("Correlation ID: ([0-9a-f-]{36})");

    private final PostgresServer postgres = TestServer.shared();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.pulsegraph");
    private final EmbeddedServer server = start();
    private final Fixtures fixtures = server.getApplicationContext().getBean(Fixtures.class);

    private EmbeddedServer start() {
        postgres.executeAsSuperuser("postgres", "drop database if exists " + DATABASE);
        postgres.executeAsSuperuser("postgres", "create database " + DATABASE + " owner " + PostgresServer.OWNER);
        Map<String, Object> settings = new HashMap<>();
        settings.put("datasources.default.url", postgres.url(DATABASE));
        settings.put("datasources.default.username", PostgresServer.LOGIN);
        settings.put("datasources.default.password", postgres.password(PostgresServer.LOGIN));
        settings.put("datasources.default.connection-timeout", 1_000);
        settings.put("pulsegraph.database.owner-username", PostgresServer.OWNER);
        settings.put("pulsegraph.database.owner-password", postgres.password(PostgresServer.OWNER));
        return ApplicationContext.run(EmbeddedServer.class, settings, "test");
    }

    @BeforeAll
    void listen() {
        logger.addAppender(log);
        log.start();
    }

    @BeforeEach
    void forget() {
        log.list.clear();
    }

    @AfterEach
    void theServerAnswersAgain() {
        fixtures.team()
                .asOwner()
                .ask("{ organizations { nodes { posts { nodes { content } } } } }")
                .succeeded();
    }

    @AfterAll
    void stop() {
        logger.detachAppender(log);
        server.close();
        postgres.executeAsSuperuser("postgres", "drop database " + DATABASE + " with (force)");
    }

    @Test
    void a_field_that_fails_unexpectedly_is_masked_and_the_others_are_answered() {
        var team = fixtures.team();
        team.post("one");
        execute("alter table posts_content rename to posts_lost");
        Answer answer = team.asOwner()
                .ask("query Broken { organization(slug: \"" + team.slug()
                        + "\") { name posts { nodes { title content } } } }");
        execute("alter table posts_lost rename to posts_content");
        assertThat(answer.status()).isEqualTo(294);
        assertThat(answer.at("organization.posts.nodes.0.title")).isEqualTo("one");
        assertThat(answer.at("organization.posts.nodes.0.content")).isNull();
        assertMasked(answer, "posts_content");
    }

    @Test
    void a_mutation_that_fails_unexpectedly_is_masked_and_undone() {
        var team = fixtures.team();
        execute("alter table posts_content rename column hashtags to lost");
        Answer answer = team.asOwner()
                .ask("mutation { createPost(input: { organization: \"" + team.id()
                        + "\", title: \"Lost\", content: \"x\", platforms: [] }) { post { id } } }");
        execute("alter table posts_content rename column lost to hashtags");
        assertThat(answer.status()).isEqualTo(294);
        assertThat(answer.body()).containsEntry("data", null);
        assertMasked(answer, "hashtags");
        assertThat(team.asOwner()
                        .ask("{ organization(slug: \"" + team.slug() + "\") { posts { nodes { id } } } }")
                        .succeeded()
                        .list("organization.posts.nodes"))
                .isEmpty();
    }

    @Test
    void what_fails_after_a_fault_gives_no_second_number() {
        var team = fixtures.team();
        team.post("one");
        execute("alter table organization_members rename column joined_at to lost");
        Answer answer = team.asOwner()
                .ask("{ organization(slug: \"" + team.slug()
                        + "\") { name members { nodes { id } } posts { nodes { title content author { name } } } } }");
        execute("alter table organization_members rename column lost to joined_at");
        assertThat(answer.errors())
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error.toString()).contains("code=INTERNAL"));
        assertMasked(answer, "joined_at");
    }

    @Test
    void a_database_that_is_away_is_a_503_without_data() {
        var team = fixtures.team();
        execute("alter role " + PostgresServer.LOGIN + " connection limit 0");
        execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + DATABASE
                + "' and usename = '" + PostgresServer.LOGIN + "'");
        Answer answer;
        try {
            answer = organizations(team);
        } finally {
            execute("alter role " + PostgresServer.LOGIN + " connection limit -1");
        }
        // The pool finds its dead connections one by one.
        for (int i = 0; i < 10 && organizations(team).status() == 503; i++) {
            assertThat(log.list).isNotEmpty();
        }
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.failed("UNAVAILABLE").body()).containsOnlyKeys("errors");
        assertThat(answer.text()).doesNotContain("onnection", "java.", "org.postgresql", "Exception");
    }

    @Test
    void a_grant_that_is_missing_is_told_without_its_name() {
        var team = fixtures.team();
        execute("revoke select on posts_core from pulsegraph_api");
        Answer answer =
                team.asOwner().ask("{ organization(slug: \"" + team.slug() + "\") { posts { nodes { id } } } }");
        execute("grant select on posts_core to pulsegraph_api");
        assertThat(answer.failed("FORBIDDEN").text()).doesNotContain("posts_core", "permission denied");
    }

    private static Answer organizations(Fixtures.Team team) {
        return team.asOwner().ask("{ organizations { nodes { id } } }");
    }

    /** The one number in the answer is in the log, beside what it is about; nothing of that is in the answer. */
    private void assertMasked(Answer answer, String fault) {
        assertThat(answer.code()).isEqualTo("INTERNAL");
        var correlation = CORRELATION.matcher(answer.message());
        assertThat(correlation.find()).as(answer.text()).isTrue();
        assertThat(answer.text())
                .contains("\"correlationId\":\"" + correlation.group(1) + "\"")
                .doesNotContain("select ", "insert ", "ERROR:", fault, "java.", "org.postgresql", "Exception");
        assertThat(log.list).anySatisfy(line -> {
            assertThat(line.getFormattedMessage()).contains(correlation.group(1));
            assertThat(ch.qos.logback.classic.spi.ThrowableProxyUtil.asString(line.getThrowableProxy()))
                    .contains(fault);
        });
    }

    private void execute(String sql) {
        postgres.executeAsSuperuser(DATABASE, sql);
    }
}
