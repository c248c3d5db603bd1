package dev.pulsegraph.aicontext;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.UUID;

/** Each method writes all rows of a table in one statement; {@code rows} is a JSON array with the names of the columns. */
@JdbcRepository(dialect = Dialect.POSTGRES)
interface AiContextDemoRepository extends GenericRepository<AiContextDemoRepository.Row, UUID> {

    @Query("""
            insert into ai_context_logs (organization_id, id, user_id, source_type, context_summary, ai_response, model_used,
              feedback_score, feedback_type, feedback_by, feedback_at, created_at)
            select "organizationId", id, "userId", "sourceType", "contextSummary", "aiResponse", "modelUsed",
              "feedbackScore", "feedbackType", "feedbackBy", "feedbackAt", "createdAt"
            from jsonb_to_recordset(cast(:rows as jsonb)) r("organizationId" uuid, id uuid, "userId" uuid, "sourceType" text,
              "contextSummary" text, "aiResponse" text, "modelUsed" text, "feedbackScore" int, "feedbackType" text,
              "feedbackBy" uuid, "feedbackAt" timestamptz, "createdAt" timestamptz)
            """)
    void createAiLogs(String rows);

    @MappedEntity("ai_context_logs")
    record Row(@Id UUID id) {}
}
