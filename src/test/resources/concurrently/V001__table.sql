create table public.readings (id int);
