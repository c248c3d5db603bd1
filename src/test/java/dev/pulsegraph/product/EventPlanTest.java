package dev.pulsegraph.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import dev.pulsegraph.time.TimeRange;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class EventPlanTest extends PlanTest {
    private static final TimeRange YEAR =
            new TimeRange(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-12-31T00:00:00Z"));
    private static final EventFilter FILTER = new EventFilter(
            List.of("n7"), null, null, null, null, null, new PropertyFilters("$.\"plan\" == \"p7\"", null));
    private static final Map<String, String> ASKED = Map.of(
            "from",
            "'2026-01-01T00:00:00Z'",
            "to",
            "'2026-12-31T00:00:00Z'",
            "names",
            "'{n7}'",
            "properties",
            "'$.\"plan\" == \"p7\"'");

    @TestFactory
    Stream<DynamicTest> a_page_walks_each_table_by_its_key_and_merges_them() {
        return Stream.of(true, false)
                .flatMap(up -> modes().flatMap(mode -> Stream.of(EventFilter.NONE, FILTER)
                        .map(filter -> DynamicTest.dynamicTest(
                                (up ? "up" : "down") + (filter.equals(FILTER) ? " filtered" : "") + " with " + mode,
                                () -> check(up, filter, mode)))));
    }

    private static void check(boolean up, EventFilter filter, String mode) throws SQLException {
        String plan = plan(EventPageRepository.page(up, PLACE, YEAR, filter), fromTheFirst(ASKED, up), mode);
        assertThat(plan)
                .contains("Merge Append")
                .contains(up ? "Index Scan using" : "Index Scan Backward using")
                .doesNotContain("Seq Scan")
                .doesNotContain("->  Sort")
                .as("nobody asks which visitors are one")
                .doesNotContain("visitor_aliases");
        for (String time : List.of("viewed_at", "clicked_at", "occurred_at")) {
            assertThat(plan.lines().filter(line -> line.contains("Index Cond") && line.contains(time)))
                    .as(plan)
                    .isNotEmpty()
                    .allSatisfy(
                            line -> assertThat(line).contains("organization_id").contains("ROW("));
        }
    }

    @TestFactory
    Stream<DynamicTest> an_event_is_found_by_its_id_in_one_lookup_a_table() {
        return modes().map(mode -> DynamicTest.dynamicTest("by id with " + mode, () -> {
            UUID id = UUID.fromString("019b7800-0000-7000-8000-000000000000");
            String plan = plan(
                    EventPageRepository.byIds(List.of(id)),
                    Map.of("ids", "'{" + id + "}'", "times", "'{2026-01-01T00:00:00Z}'"),
                    mode);
            assertThat(plan).doesNotContain("Seq Scan");
            assertThat(plan.lines().filter(line -> line.contains("Index Cond")))
                    .as(plan)
                    .isNotEmpty()
                    .allSatisfy(
                            line -> assertThat(line).contains("organization_id").contains("= k.at"));
        }));
    }

    @TestFactory
    Stream<DynamicTest> users_are_a_range_of_an_index() {
        return Stream.of(true, false)
                .flatMap(up -> modes().map(mode -> DynamicTest.dynamicTest(
                        (up ? "up" : "down") + " with " + mode,
                        () -> assertThat(plan(
                                        IdentifiedUserRepository.page(up, PLACE), fromTheFirst(Map.of(), up), mode))
                                .contains(up ? "Index Scan using" : "Index Scan Backward using")
                                .contains("identified_users_organization_id_identified_at_id_idx")
                                .doesNotContain("Seq Scan")
                                .doesNotContain("->  Sort"))));
    }

    @TestFactory
    Stream<DynamicTest> the_names_of_a_user_are_two_lookups() {
        return modes().map(mode -> DynamicTest.dynamicTest("with " + mode, () -> {
            UUID organization = UUID.fromString("019b7800-0000-7000-8000-000000000000");
            assertThat(plan(
                            IdentifiedUserRepository.visitors(List.of(new IdentifiedUser.Key(organization, "42"))),
                            Map.of("organizations", "'{" + organization + "}'", "users", "'{42}'"),
                            mode))
                    .contains("visitor_aliases_pkey", "visitor_aliases_canonical_visitor_organization_id_idx")
                    .doesNotContain("Seq Scan");
        }));
    }
}
