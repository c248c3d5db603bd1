package dev.pulsegraph.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.RoleSql;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What source 004 gets wrong about conversations and who may see them, one test each. */
@MicronautTest(transactional = false)
class ChatWeaknessesTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    private ChatWorld ours;
    private ChatWorld others;
    private UUID domain;
    private UUID conversation;

    @BeforeEach
    void makeWorlds() {
        ours = ChatWorld.of(fixtures.team());
        others = ChatWorld.of(fixtures.team());
        String started = ours.conversation(Map.of("metadata", Map.of("kept", 1)));
        ours.append(started, List.of(Map.of("role", "USER", "content", "Hello")));
        domain = ChatWorld.uuid(ours.domain());
        conversation = ChatWorld.uuid(started);
    }

    /** 004.5, number 1: check_*_access read a column that was not there, and always failed. */
    @Test
    void number_1_questions_of_access_are_answered() throws SQLException {
        assertThat(ours().run(access("check_domain_access", user(ours), domain)))
                .containsExactly("t");
        assertThat(ours().run(access("check_message_access", user(ours), conversation)))
                .containsExactly("t");
        assertThat(others().run(access("check_domain_access", user(others), domain)))
                .containsExactly("f");
        assertThat(others().run(access("check_message_access", user(others), conversation)))
                .containsExactly("f");
    }

    /** 004.5, number 2: a function of a row's column was called for each row. */
    @Test
    void number_2_a_policy_is_asked_once_a_statement() throws SQLException {
        for (String table : List.of("chat_domains", "conversations", "messages")) {
            List<String> plan = ours().run("explain select count(*) from " + table);
            assertThat(plan).anyMatch(line -> line.contains("InitPlan"));
            assertThat(plan).as(table).noneMatch(line -> line.contains("Filter") && line.contains("check_"));
        }
    }

    /** 004.5, number 3: it always failed; with the column that was missing, anybody rewrote any conversation. */
    @Test
    void number_3_only_who_may_change_a_conversation_changes_its_metadata() throws SQLException {
        assertThat(ours().run("select update_conversation_metadata('00000000-0000-0000-0000-000000000000', '{}')"))
                .as("nothing there, and no error")
                .hasSize(1);
        ours().run("select update_conversation_metadata('" + conversation + "', '{\"page\": 1}')");
        ours().run("select update_conversation_metadata('" + conversation + "', '{\"step\": 2}')");
        assertThat(metadata()).isEqualTo("{\"kept\": 1, \"session_metadata\": {\"step\": 2}}");
        others().run("select update_conversation_metadata('" + conversation + "', '{\"mine\": true}')");
        assertThat(metadata()).isEqualTo("{\"kept\": 1, \"session_metadata\": {\"step\": 2}}");
        ours().run("select update_conversation_metadata('" + conversation + "', null)");
        assertThat(metadata()).isEqualTo("{\"kept\": 1, \"session_metadata\": null}");
        assertThat(superuser.text(
                        "select (updated_at > created_at)::text from conversations where id = ?", conversation))
                .isEqualTo("true");
        assertThat(superuser.texts(
                        "select r.rolname::text from pg_roles r where has_function_privilege(r.rolname, 'update_conversation_metadata(uuid, jsonb)', 'execute')"
                                + " and r.rolname like 'pulsegraph%' and not r.rolsuper order by 1"))
                .as("without saying who asks")
                .doesNotContain("pulsegraph_login")
                .contains("pulsegraph_api");
    }

    /** 004.5, number 13: the test of security set what nobody read, so that it counted nothing twice. */
    @Test
    void number_13_each_sees_their_own_and_nobody_else_s() throws SQLException {
        for (String table : List.of("chat_domains", "domains", "conversations", "messages")) {
            assertThat(ours().run("select count(*) from " + table + " where organization_id = '" + id(ours) + "'"))
                    .as(table)
                    .containsExactly("1");
            assertThat(others().run("select count(*) from " + table + " where organization_id = '" + id(ours) + "'"))
                    .as(table)
                    .containsExactly("0");
            assertThat(others().run("delete from " + table + " where organization_id = '" + id(ours)
                            + "' returning id"))
                    .as(table)
                    .isEmpty();
        }
        assertThatThrownBy(() -> others().run("insert into conversations (organization_id, domain_id) values ('"
                        + id(ours) + "', '" + domain + "')"))
                .hasMessageContaining("row-level security");
        assertThatThrownBy(() -> others().run("insert into conversations (organization_id, domain_id) values ('"
                        + id(others) + "', '" + domain + "')"))
                .as("a domain of another tenant")
                .hasMessageContaining("conversations_domain_id_fkey");
    }

    /** 004.5, number 15: whoever asked could say on whose behalf. */
    @Test
    void number_15_nobody_asks_about_the_access_of_somebody_else() {
        for (String function : List.of("check_domain_access", "check_message_access")) {
            assertThatThrownBy(() -> ours().run(access(function, user(others), domain)))
                    .hasMessageContaining("themselves only");
        }
        assertThat(superuser.texts("select p.oid::regprocedure::text from pg_proc p where p.proname in"
                        + " ('check_domain_access', 'check_message_access', 'update_conversation_metadata')"
                        + " and (p.prosecdef or p.proconfig is null)"))
                .as("with the rights of their owner, or a path of the caller's")
                .isEmpty();
    }

    private static String access(String function, UUID user, UUID of) {
        return "select " + function + "('" + user + "', '" + of + "')";
    }

    private RoleSql ours() {
        return RoleSql.of(superuser, user(ours));
    }

    private RoleSql others() {
        return RoleSql.of(superuser, user(others));
    }

    private UUID user(ChatWorld world) {
        return world.user(superuser);
    }

    private static UUID id(ChatWorld world) {
        return ChatWorld.uuid(world.team().id());
    }

    private String metadata() {
        return superuser.text("select metadata::text from conversations where id = ?", conversation);
    }
}
