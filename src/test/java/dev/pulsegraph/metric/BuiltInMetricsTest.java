package dev.pulsegraph.metric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Fixtures;
import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@MicronautTest(transactional = false)
class BuiltInMetricsTest {
    @Inject
    Fixtures fixtures;

    @Inject
    Superuser superuser;

    @Test
    void an_organization_begins_with_as_many_metrics_as_a_question_is_charged_for() {
        assertThat(superuser.text(
                        "select count(*) from metric_definitions d join organizations o on o.id = d.organization_id where o.slug = ?",
                        fixtures.team().slug()))
                .isEqualTo(Integer.toString(MetricResolver.BUILT_IN));
    }
}
