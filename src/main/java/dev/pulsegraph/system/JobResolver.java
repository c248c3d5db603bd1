package dev.pulsegraph.system;

import dev.pulsegraph.graphql.Call;
import dev.pulsegraph.graphql.Resolver;
import dev.pulsegraph.graphql.Wiring;
import dev.pulsegraph.job.JobRunner;
import dev.pulsegraph.job.JobState;
import dev.pulsegraph.job.Jobs;
import jakarta.inject.Singleton;
import java.util.Map;

/** The fields of background jobs, for operators. */
@Singleton
class JobResolver implements Resolver {
    private final Jobs jobs;
    private final JobRunner runner;

    JobResolver(Jobs jobs, JobRunner runner) {
        this.jobs = jobs;
        this.runner = runner;
    }

    @Override
    public void wire(Wiring wiring) {
        wiring.field("System.jobs", call -> jobs.list())
                .field("Job.name", call -> state(call).job().name())
                .field("Job.description", call -> state(call).job().description())
                .field(
                        "Job.intervalSeconds",
                        call -> state(call).job().interval().toSeconds())
                .field("Job.running", call -> state(call).running())
                .field("Job.requested", call -> state(call).requested())
                .field("Job.lastRun", call -> state(call).lastRun())
                .field("Job.runs", call -> state(call).runs())
                .field("Mutation.runJob", call -> {
                    call.caller().requireOperator();
                    return Map.of("job", runner.request(call.input().text("job")));
                });
    }

    private static JobState state(Call call) {
        return call.source(JobState.class);
    }
}
