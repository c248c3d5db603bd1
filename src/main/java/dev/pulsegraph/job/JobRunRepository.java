package dev.pulsegraph.job;

import dev.pulsegraph.database.SqlArray;
import io.micronaut.data.annotation.Query;
import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.GenericRepository;
import java.util.List;
import java.util.UUID;

@JdbcRepository(dialect = Dialect.POSTGRES)
interface JobRunRepository extends GenericRepository<JobRun, UUID> {
    String COLUMNS = "id, job, node, started_at, finished_at, status, message";

    /** Begins those that are due. As the worker. */
    @Query("select " + COLUMNS + """
             from app.begin_jobs(cast(:jobs as text[]), cast(:intervals as interval[]), :atMost, :node, cast(:lease as interval))
            """)
    List<JobRun> begin(
            @SqlArray List<String> jobs, @SqlArray List<String> intervals, int atMost, String node, String lease);

    /** As the worker; nothing changes when another node has taken the run for dead. */
    @Query("update job_runs set lease_until = now() + cast(:lease as interval) where id = :id and status = 'running'")
    long renew(UUID id, String lease);

    /** As the worker; nothing changes when the run has ended before. */
    @Query("""
            update job_runs set status = :status, finished_at = clock_timestamp(), message = left(:message, 2000)
            where id = :id and status = 'running'
            """)
    long finish(UUID id, String status, String message);

    /** Gives a run back: the next node that looks takes it over. As the worker. */
    @Query("update job_runs set lease_until = '-infinity' where id = :id and status = 'running'")
    long breakOff(UUID id);

    @Query("select prune_job_runs()")
    long prune();

    /** The newest run of each job. As the worker. */
    @Query("select distinct on (job) " + COLUMNS + " from job_runs order by job, started_at desc, id desc")
    List<JobRun> listNewest();

    /** As an operator. */
    @Query("select " + COLUMNS + " from app.list_job_runs(:newest)")
    List<JobRun> listNewest(int newest);

    /** As an operator. */
    @Query("select job from app.list_job_requests() job")
    List<String> listRequests();

    /** As an operator. */
    @Query("select count(*) from app.request_job(:job)")
    long request(String job);
}
