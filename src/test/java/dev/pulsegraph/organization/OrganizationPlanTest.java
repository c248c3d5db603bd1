package dev.pulsegraph.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import dev.pulsegraph.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OrganizationPlanTest extends PlanTest {
    @TestFactory
    Stream<DynamicTest> a_page_walks_its_index() {
        return Stream.of(true, false)
                .flatMap(up -> Stream.concat(
                        page(
                                up,
                                MemberRepository.page(up, PLACE, null),
                                Map.of("role", "null"),
                                "organization_members_organization_id_joined_at_idx"),
                        page(
                                up,
                                AuditRepository.page(up, PLACE),
                                Map.of(),
                                "audit_log_organization_id_occurred_at_idx")));
    }

    @TestFactory
    Stream<DynamicTest> a_row_is_found_by_its_key() {
        return Stream.of(
                        new Statement(
                                OrganizationRepository.class,
                                "findBySlug",
                                1,
                                Map.of("slug", "'o-7'"),
                                "organizations_slug_key",
                                "(slug ="),
                        new Statement(
                                MemberRepository.class,
                                "listByUser",
                                2,
                                Map.of("organizations", ORGANIZATIONS, "user", "'" + USER + "'"),
                                "organization_members_user_",
                                "user_id ="))
                .flatMap(PlanTest::planned);
    }

    /** Every policy asks this first. */
    @Test
    void memberships_of_a_user_are_read_from_an_index_alone() throws SQLException {
        try (Connection connection = database().asSuperuser()) {
            String plan = String.join(
                    "\n",
                    TestDatabase.texts(
                            connection,
                            "explain (costs off) select organization_id from organization_members m where m.user_id = '"
                                    + USER + "' and m.status = 'active' and app.role_rank(m.role) >= 1"));
            assertThat(plan).contains("Index Only Scan using organization_members_user_id_idx");
        }
    }
}
