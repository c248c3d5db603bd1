select format('%s vectors: %s bytes of the table each, 1536 of them the numbers; the index %s bytes each.', n,
  pg_table_size('embeddings') / n,
  (select coalesce(sum(pg_relation_size(c.oid)), 0)::bigint from pg_class c where c.relname ~ '^embeddings_space_[0-9]+_idx$') / n)
from (select count(*) as n from embeddings) x;
