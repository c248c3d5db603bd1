package dev.pulsegraph.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.PlanTest;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricePlanTest extends PlanTest {
    /** Listed prices are some dozens, and all of them are looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"force_custom_plan", "force_generic_plan"})
    void a_price_book_walks_the_prices_of_its_organization(String mode) throws SQLException {
        String plan = plan(
                PriceRepository.book(List.of(UUID.fromString(ORGANIZATION)), "gpt-4o"),
                Map.of("organizations", ORGANIZATIONS, "model", "'gpt-4o'"),
                mode);
        assertThat(plan)
                .contains("Index Scan using model_prices_pkey", "(organization_id = o.id)")
                .contains("Seq Scan on listed_model_prices")
                .doesNotContain("Seq Scan on model_prices");
    }
}
