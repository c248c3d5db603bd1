insert into annotations (organization_id, id, happened_on, text)
select o.id, gen_random_uuid(), date '2025-01-01' + n % 500, 'text ' || n from organizations o, generate_series(1, 300) n;
