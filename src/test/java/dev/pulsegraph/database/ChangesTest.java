package dev.pulsegraph.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is notified in the database is told to whoever watches. */
@MicronautTest(transactional = false)
class ChangesTest {
    @Inject
    Changes changes;

    @Inject
    Superuser superuser;

    private final UUID organization = UUID.randomUUID();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private final List<Changes.Watch> watches = new ArrayList<>();

    /**
     * When listening begins, everybody is told that something was missed, even who comes while that is done. It is over when
     * a second word has come.
     */
    @BeforeEach
    void listening() throws InterruptedException {
        Changes.Watch first = watch("warm-up", organization, "warm");
        for (int i = 0; i < 2; i++) {
            notifyChange("warm-up", organization);
            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("warm");
        }
        first.close();
    }

    @AfterEach
    void end() {
        watches.forEach(Changes.Watch::close);
    }

    @Test
    void a_change_is_told_to_all_who_watch_it_and_nobody_else() {
        Changes.Watch one = watch("posts", organization, "one");
        watch("posts", organization, "two");
        watch("metrics", organization, "another topic");
        watch("posts", UUID.randomUUID(), "another organization");
        notifyChange("posts", organization);
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("one", "two");
        one.close();
        notifyChange("posts", organization);
        assertThat(next()).isEqualTo("two");
        watch("end", organization, "end");
        notifyChange("end", organization);
        assertThat(next()).isEqualTo("end");
    }

    @Test
    void who_fails_when_told_keeps_it_from_nobody() {
        watches.add(changes.watch("posts", organization, () -> {
            throw new IllegalStateException("on purpose");
        }));
        watch("posts", organization, "other");
        notifyChange("posts", organization);
        assertThat(next()).isEqualTo("other");
        notifyChange("posts", organization);
        assertThat(next()).isEqualTo("other");
    }

    @Test
    void what_is_rolled_back_is_not_told_and_what_is_committed_is_told_once() throws SQLException {
        watch("posts", organization, "told");
        watch("after", organization, "after");
        try (Connection connection = superuser.connect()) {
            connection.setAutoCommit(false);
            tell(connection);
            connection.rollback();
            tell(connection);
            tell(connection);
            tell(connection);
            connection.commit();
        }
        notifyChange("after", organization);
        assertThat(List.of(next(), next())).containsExactly("told", "after");
    }

    private Changes.Watch watch(String topic, UUID of, String name) {
        Changes.Watch watch = changes.watch(topic, of, () -> told.add(name));
        watches.add(watch);
        return watch;
    }

    @Test
    void the_servers_own_work_may_tell_and_a_caller_may_not() {
        assertThat(superuser.texts("""
                        select r from unnest(array['pulsegraph_api', 'pulsegraph_worker', 'pulsegraph_guard']) r
                        where has_function_privilege(r, 'app.notify_change(text, uuid)', 'execute') order by 1""")).containsExactly("pulsegraph_guard", "pulsegraph_worker");
    }

    private void tell(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select app.notify_change('posts', ?)")) {
            statement.setObject(1, organization);
            statement.execute();
        }
    }

    private void notifyChange(String topic, UUID of) {
        superuser.texts("select app.notify_change(?, ?)", topic, of);
    }

    private String next() {
        try {
            String name = told.poll(5, TimeUnit.SECONDS);
            return "warm".equals(name) ? next() : String.valueOf(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
