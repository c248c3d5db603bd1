package dev.pulsegraph.job;

import static java.util.stream.Collectors.groupingBy;

import dev.pulsegraph.database.OperationTransaction;
import dev.pulsegraph.problem.ErrorCode;
import dev.pulsegraph.problem.Problem;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The jobs there are, by name, and how they fare. */
@Singleton
public class Jobs {
    private static final int SHOWN = 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Map<String, Job> jobs = new TreeMap<>();
    private final JobRunRepository runs;
    private final OperationTransaction transaction;

    Jobs(Collection<Job> jobs, JobRunRepository runs, OperationTransaction transaction) {
        for (Job job : jobs) {
            if (this.jobs.put(job.name(), job) != null) {
                throw new IllegalStateException("Two jobs are called " + job.name() + ".");
            }
        }
        this.runs = runs;
        this.transaction = transaction;
    }

    Collection<Job> all() {
        return jobs.values();
    }

    public Job get(String name) {
        Job job = jobs.get(name);
        if (job == null) {
            throw Problem.parse(
                    ErrorCode.NOT_FOUND,
                    "job: there is no such job; there are " + String.join(", ", jobs.keySet()) + ".");
        }
        return job;
    }

    /** How each job fares with its newest runs, in the transaction of an operator, in two statements. */
    public List<JobState> list() {
        Set<String> requests = new HashSet<>(runs.listRequests());
        return states(runs.listNewest(SHOWN), requests);
    }

    /** How each job fares with its newest run, for a command. */
    public List<JobState> listAsWorker() {
        return states(transaction.asWorker(TIMEOUT, () -> runs.listNewest()), Set.of());
    }

    /** Has the job begin when this operation is committed, as an operator. */
    JobState request(String name) {
        get(name);
        runs.request(name);
        return list().stream()
                .filter(state -> state.job().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<JobState> states(List<JobRun> newest, Set<String> requests) {
        Map<String, List<JobRun>> byJob = newest.stream().collect(groupingBy(JobRun::job, Collectors.toList()));
        return jobs.values().stream()
                .map(job -> new JobState(job, requests.contains(job.name()), byJob.getOrDefault(job.name(), List.of())))
                .toList();
    }
}
