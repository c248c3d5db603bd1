-- Runs after every migration, by Flyway, so that no table can be left out of a backup: whoever becomes pulsegraph_backup reads
-- everything, and changes nothing.
do $$
declare
  relation record;
begin
  for relation in
    select c.oid, c.relname as name, c.relkind, c.relrowsecurity
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'S')
      and pg_has_role(c.relowner, 'usage')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  loop
    if relation.relkind = 'S' then
      if not has_sequence_privilege('pulsegraph_backup', relation.oid, 'select') then
        execute format('grant select on sequence %I to pulsegraph_backup', relation.name);
      end if;
      continue;
    end if;
    if not has_table_privilege('pulsegraph_backup', relation.oid, 'select') then
      execute format('grant select on %I to pulsegraph_backup', relation.name);
    end if;
    if relation.relrowsecurity
      and not exists (select from pg_policy p where p.polrelid = relation.oid and p.polname = relation.name || '_backup') then
      execute format('create policy %I on %I for select to pulsegraph_backup using (true)', relation.name || '_backup', relation.name);
    end if;
  end loop;
end
$$;
