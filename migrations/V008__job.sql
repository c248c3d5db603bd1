-- package: job
-- Background jobs: what ran, where and how it ended. It is the operator's, not a tenant's: requests reach it only through
-- the two functions at the end, which ask whether their caller is an operator.

create table job_runs (
  id uuid not null default gen_random_uuid(),
  job text not null,
  node text not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  status text not null default 'running',
  message text,
  lease_until timestamptz not null,
  constraint job_runs_pkey primary key (id),
  constraint job_runs_job_format check (job ~ '^[a-z]+(\.[a-z]+)+$'),
  constraint job_runs_node_length check (length(node) between 1 and 300),
  constraint job_runs_status_known check (status in ('running', 'succeeded', 'failed')),
  constraint job_runs_message_length check (length(message) <= 2000),
  constraint job_runs_ends_once check ((status = 'running') = (finished_at is null))
);
comment on table job_runs is 'Each run of a background job. Kept for 30 days.';
comment on column job_runs.node is 'The process that runs it: its id and its host.';
comment on column job_runs.lease_until is
  'A run is renewed while its node lives; one whose lease is over was left by a node that died, and is taken over.';
create index job_runs_job_started_at_idx on job_runs (job, started_at desc, id desc);
create index job_runs_started_at_idx on job_runs (started_at);
-- Whatever else goes wrong, no job runs twice at the same time.
create unique index job_runs_running_key on job_runs (job) where status = 'running';

create table job_requests (
  job text not null,
  requested_at timestamptz not null default now(),
  constraint job_requests_pkey primary key (job),
  constraint job_requests_job_format check (job ~ '^[a-z]+(\.[a-z]+)+$')
);
comment on table job_requests is 'Jobs an operator wants run now. Gone when the run begins.';

create function app.is_operator() returns boolean
language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('app.operator', true), '')::boolean, false)
$$;
comment on function app.is_operator() is 'Whether this transaction acts for somebody whose token makes them an operator.';

-- A lock of the session would be lost behind a pooler, and one of the transaction would hold a transaction open for as
-- long as the job runs. So the lock is held for the claim alone, and the claim is a row with a lease.
create function app.begin_jobs(jobs text[], every interval[], at_most int, node text, lease interval)
returns setof public.job_runs
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  candidate record;
  begun int := 0;
  wanted boolean;
begin
  for candidate in
    select j.name, j.every
    from unnest(jobs, every) j(name, every)
    order by (select max(r.started_at) from public.job_runs r where r.job = j.name) nulls first, j.name
  loop
    exit when begun >= at_most;
    continue when not pg_try_advisory_xact_lock(hashtextextended('pulsegraph job ' || candidate.name, 0));
    update public.job_runs set status = 'failed', finished_at = now(), message = 'Its node stopped responding.'
    where job = candidate.name and status = 'running' and lease_until < now();
    wanted := found;
    continue when exists (select from public.job_runs where job = candidate.name and status = 'running');
    delete from public.job_requests where job = candidate.name;
    wanted := wanted or found;
    continue when not wanted
      and exists (select from public.job_runs where job = candidate.name and started_at > now() - candidate.every);
    return query
      insert into public.job_runs (job, node, lease_until) values (candidate.name, begin_jobs.node, now() + lease) returning *;
    begun := begun + 1;
  end loop;
end
$$;
comment on function app.begin_jobs(text[], interval[], int, text, interval) is
  'Begins those of the jobs that are due and run nowhere, longest waiting first: asked for, left by a dead node, or not begun within their interval.';

create function prune_job_runs(keep interval default '30 days') returns bigint
language sql volatile as $$
  with pruned as (
    delete from public.job_runs where started_at < now() - keep and status <> 'running' returning 1)
  select count(*) from pruned
$$;
comment on function prune_job_runs(interval) is 'Deletes finished runs of jobs that began longer ago; answers how many.';

-- ---- The wall

call app.protect('job_runs', worker => 'all', guard => 'select');
call app.protect('job_requests', worker => 'all', guard => 'all');

grant select, delete on job_runs, job_requests to pulsegraph_worker;
grant insert (job, node, lease_until) on job_runs to pulsegraph_worker;
grant update (finished_at, status, message, lease_until) on job_runs to pulsegraph_worker;
grant select on job_runs to pulsegraph_guard;
grant select, insert on job_requests to pulsegraph_guard;
grant execute on function app.is_operator() to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;
grant execute on function app.begin_jobs(text[], interval[], int, text, interval), prune_job_runs(interval) to pulsegraph_worker;

-- ---- What an operator may ask

create function app.require_operator() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not app.is_operator() then
    raise exception 'Only an operator can do this: a token whose claim `roles` contains `operator`.' using errcode = 'PG403';
  end if;
end
$$;
comment on function app.require_operator() is 'An error, unless the transaction acts for an operator.';
grant execute on function app.require_operator() to pulsegraph_guard;

create function app.list_job_runs(newest int) returns setof public.job_runs
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_operator();
  return query
    select r.*
    from (select distinct job from public.job_runs) j
    cross join lateral (
      select * from public.job_runs x where x.job = j.job order by x.started_at desc, x.id desc limit newest) r
    order by r.job, r.started_at desc, r.id desc;
end
$$;
comment on function app.list_job_runs(int) is 'The newest runs of each job, newest first. Operators only.';

create function app.list_job_requests() returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_operator();
  return query select r.job from public.job_requests r order by r.job;
end
$$;
comment on function app.list_job_requests() is 'The jobs that were asked for and have not begun. Operators only.';

create function app.request_job(job text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform app.require_operator();
  insert into public.job_requests (job) values (request_job.job) on conflict on constraint job_requests_pkey do nothing;
end
$$;
comment on function app.request_job(text) is 'Has a job run as soon as a node is free. Operators only.';

alter function app.list_job_runs(int) owner to pulsegraph_guard;
alter function app.list_job_requests() owner to pulsegraph_guard;
alter function app.request_job(text) owner to pulsegraph_guard;
grant execute on function app.list_job_runs(int), app.list_job_requests(), app.request_job(text) to pulsegraph_api;
