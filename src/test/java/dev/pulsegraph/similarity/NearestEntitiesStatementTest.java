package dev.pulsegraph.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pulsegraph.support.Superuser;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;

/** The one statement that is put together as text: what it says, and that nothing in it is a caller's. */
@MicronautTest(transactional = false)
class NearestEntitiesStatementTest {
    private static final String HAS_VECTOR = "dev.pulsegraph.support.TestServer#hasVector";

    @Inject
    Superuser superuser;

    @Test
    @DisabledIf(value = HAS_VECTOR, disabledReason = "the database of these tests has pgvector")
    void without_the_extension_all_candidates_are_multiplied_number_by_number() {
        assertThat(statement("{}", false)).isEqualTo("""
                with chunks as materialized (
                select e.id, e.entity_type, e.entity_id, (e.vector_data[1] * '0.5'::double precision + e.vector_data[2] * '0.25'::double precision) as score from (select e.id, e.entity_type, e.entity_id, e.vector_data || '{}'::real[] as vector_data from public.embeddings e where e.organization_id = $1 and e.space_id = 7 and e.vector_data is not null offset 0) e order by 4 desc, 1 limit $4
                ),
                best as (
                select distinct on (c.entity_type, c.entity_id) c.id, c.score from chunks c order by c.entity_type, c.entity_id, c.score desc, c.id
                ),
                kept as (select b.id, b.score from best b order by b.score desc, b.id limit $5)
                select array_agg(k.id order by k.score desc, k.id), array_agg(k.score order by k.score desc, k.id), (select count(*) from chunks)
                from kept k""");
    }

    @Test
    @EnabledIf(value = HAS_VECTOR, disabledReason = "the database of these tests has no pgvector")
    void with_the_extension_its_operators_score_and_order() {
        assertThat(statement("{}", true))
                .contains("-(e.vector_data::public.vector(2) operator(public.<#>) $2::public.vector(2)) as score")
                .contains(
                        "where e.organization_id = $1 and e.space_id = 7 and e.vector_data is not null"
                                + " order by e.vector_data::public.halfvec(2) operator(public.<=>) $2::public.halfvec(2) limit $4");
        assertThat(statement("{}", false)).doesNotContain("halfvec").contains("is not null offset 0) e");
    }

    @Test
    void a_condition_is_there_when_it_is_asked_for_and_holds_only_parameters() {
        String all = statement("""
                {"source_type": "x'y", "source_id": "00000000-0000-0000-0000-000000000001", "entity_types": ["x'y"], "metadata": {"x'y": 1},
                 "platforms": ["x'y"], "published_from": "2026-01-01", "published_to": "2026-02-01"}""", false);
        assertThat(all)
                .contains("where e.organization_id = $1 and e.space_id = 7 and e.vector_data is not null"
                        + " and e.entity_type = any ($3.entity_types)"
                        + " and not (e.entity_type = $3.source_type and e.entity_id = $3.source_id)"
                        + " and e.metadata @> $3.metadata"
                        + " and exists (select from public.posts_core p"
                        + " where p.organization_id = e.organization_id and p.id = e.post_id"
                        + " and p.platforms && $3.platforms and p.published_at >= $3.published_from"
                        + " and p.published_at < $3.published_to) offset 0)")
                .doesNotContain("x'y", "2026");
        assertThat(statement("{\"published_to\": \"2026-02-01\"}", false))
                .contains("and p.id = e.post_id and p.published_at < $3.published_to) offset 0)")
                .doesNotContain("platforms", "published_from");
    }

    /** Without indentation, as it is printed for whoever wants to see its plan. */
    private String statement(String options, boolean byIndex) {
        String statement = superuser
                .text(
                        "select app.nearest_entities_statement(7, '{0.5, 0.25}',"
                                + " jsonb_populate_record(null::app.search_options, ?::jsonb), app.vector_schema(), ?)",
                        options,
                        byIndex)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((above, below) -> above + "\n" + below)
                .orElseThrow();
        System.out.println(statement);
        return statement;
    }
}
