insert into model_prices (organization_id, pattern, valid_from, input_per_million, output_per_million)
select o.id, 'model-' || n, timestamptz '2025-01-01T00:00:00Z' + n * interval '1 hour', 1, 2 from organizations o, generate_series(1, 300) n;
