create index concurrently readings_id_idx on public.readings (id);
