-- vocabulary: currency
-- behind another table: model_prices
insert into model_prices (organization_id, pattern, valid_from, input_per_million, output_per_million)
  values ('{organization}', lower('{tag} model'), '2026-01-01T00:00:00Z', 1.5, 2.5);
