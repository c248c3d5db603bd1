-- package: post
-- What an organization uses beside what its tier allows, and the triggers that hold it to that.

-- Runs with the caller's rights: whoever cannot see the organization gets no row. Every file counts once, linked often
-- or not at all; the month is the calendar month in the organization's own time zone.
create function get_organization_usage(org_id uuid)
returns table (
  members bigint, posts bigint, posts_this_month bigint, storage_bytes bigint,
  max_members int, max_posts int, max_storage_bytes bigint)
language sql stable as $$
  select
    (select count(*) from public.organization_members m where m.organization_id = o.id and m.status <> 'inactive'),
    p.posts,
    p.posts_this_month,
    (select app.saturated(coalesce(sum(f.size_bytes), 0)) from public.media_files f where f.organization_id = o.id),
    t.max_members,
    t.max_posts,
    t.max_storage_bytes
  from public.organizations o
  join public.subscription_tiers t on t.tier = o.subscription_tier
  cross join lateral (
    select count(*) as posts,
      count(*) filter (where c.created_at >= date_trunc('month', now() at time zone o.time_zone) at time zone o.time_zone) as posts_this_month
    from public.posts_core c where c.organization_id = o.id
  ) p
  where o.id = org_id
$$;
comment on function get_organization_usage(uuid) is
  'Members (all but inactive), posts, posts created this calendar month, bytes of media, and the limits of the tier (null: unlimited).';
grant execute on function get_organization_usage(uuid) to pulsegraph_api, pulsegraph_worker, pulsegraph_guard;

-- Two writers that each fit but do not fit together must wait for one another, hence the lock. Organizations without
-- limits skip both the lock and the count.
create function app.enforce_tier_limits() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  organization uuid;
  usage record;
begin
  for organization in
    select distinct n.organization_id
    from added n
    join public.organizations o on o.id = n.organization_id
    join public.subscription_tiers t on t.tier = o.subscription_tier
    where t.max_members is not null or t.max_posts is not null or t.max_storage_bytes is not null
    order by 1
  loop
    perform from public.organizations where id = organization for no key update;
    select * into usage from public.get_organization_usage(organization);
    if tg_table_name = 'posts_core' and usage.posts > usage.max_posts then
      raise exception 'organization: its tier allows % posts, and this would make %.', usage.max_posts, usage.posts
        using errcode = 'PG413';
    elsif tg_table_name = 'media_files' and usage.storage_bytes > usage.max_storage_bytes then
      raise exception 'organization: its tier allows % bytes of media, and this would make %.', usage.max_storage_bytes, usage.storage_bytes
        using errcode = 'PG413';
    elsif tg_table_name in ('organization_members', 'organization_invitations') then
      -- An open invitation holds a seat, so that nobody is invited who could not come in.
      usage.members := usage.members + (
        select count(*) from public.organization_invitations i
        where i.organization_id = organization and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
          and tg_table_name = 'organization_invitations');
      if usage.members > usage.max_members then
        raise exception 'organization: its tier allows % members, and this would make %.', usage.max_members, usage.members
          using errcode = 'PG413';
      end if;
    end if;
  end loop;
  return null;
end
$$;
comment on function app.enforce_tier_limits() is 'Refuses rows that would take an organization over a limit of its tier.';
alter function app.enforce_tier_limits() owner to pulsegraph_guard;
grant select on posts_core to pulsegraph_guard;

create trigger posts_core_keep_to_the_tier after insert on posts_core
  referencing new table as added for each statement execute function app.enforce_tier_limits();
create trigger media_files_keep_to_the_tier after insert on media_files
  referencing new table as added for each statement execute function app.enforce_tier_limits();
create trigger organization_members_keep_to_the_tier after insert on organization_members
  referencing new table as added for each statement execute function app.enforce_tier_limits();
-- A returning member (inactive to active) takes a seat again.
create trigger organization_members_return_keeps_to_the_tier after update on organization_members
  referencing new table as added for each row when (old.status = 'inactive' and new.status <> 'inactive')
  execute function app.enforce_tier_limits();
create trigger organization_invitations_keep_to_the_tier after insert on organization_invitations
  referencing new table as added for each statement execute function app.enforce_tier_limits();
