drop function app.request_job(text);
drop function app.list_job_requests();
drop function app.list_job_runs(int);
drop function app.require_operator();
drop function prune_job_runs(interval);
drop function app.begin_jobs(text[], interval[], int, text, interval);
drop function app.is_operator();
drop table job_requests, job_runs;
