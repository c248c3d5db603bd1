-- package: telemetry
-- Public list prices of models: USD per million tokens of input and of output, at the standard rate, without discounts for batches or
-- cached input. A price holds from the day (UTC) since which its source, a page of the vendor, states it. A change of a price is a new
-- row with its day, in a migration of its own; the rows that are here stay. An organization that pays something else sets its own price.
insert into listed_model_prices (pattern, valid_from, input_per_million, output_per_million, source) values
  ('gpt-3.5-turbo', '2024-01-25T00:00:00Z', 0.50, 1.50, 'https://openai.com/index/new-embedding-models-and-api-updates/'),
  ('gpt-3.5-turbo-0613', '2023-06-13T00:00:00Z', 1.50, 2, 'https://openai.com/index/function-calling-and-other-api-updates/'),
  ('gpt-3.5-turbo-1106', '2023-11-06T00:00:00Z', 1, 2, 'https://openai.com/index/new-models-and-developer-products-announced-at-devday/'),
  ('gpt-4', '2023-03-14T00:00:00Z', 30, 60, 'https://openai.com/index/gpt-4-research/'),
  ('gpt-4-1106-preview', '2023-11-06T00:00:00Z', 10, 30, 'https://openai.com/index/new-models-and-developer-products-announced-at-devday/'),
  ('gpt-4-0125-preview', '2024-01-25T00:00:00Z', 10, 30, 'https://openai.com/index/new-embedding-models-and-api-updates/'),
  ('gpt-4-turbo', '2024-04-09T00:00:00Z', 10, 30, 'https://openai.com/api/pricing/'),
  ('gpt-4o', '2024-05-13T00:00:00Z', 5, 15, 'https://openai.com/index/hello-gpt-4o/'),
  ('gpt-4o', '2024-10-02T00:00:00Z', 2.50, 10, 'https://openai.com/api/pricing/'),
  ('gpt-4o-2024-05-13', '2024-05-13T00:00:00Z', 5, 15, 'https://openai.com/index/hello-gpt-4o/'),
  ('gpt-4o-2024-08-06', '2024-08-06T00:00:00Z', 2.50, 10, 'https://openai.com/index/introducing-structured-outputs-in-the-api/'),
  ('gpt-4o-mini', '2024-07-18T00:00:00Z', 0.15, 0.60, 'https://openai.com/index/gpt-4o-mini-advancing-cost-efficient-intelligence/'),
  ('gpt-4.1', '2025-04-14T00:00:00Z', 2, 8, 'https://openai.com/index/gpt-4-1/'),
  ('gpt-4.1-mini', '2025-04-14T00:00:00Z', 0.40, 1.60, 'https://openai.com/index/gpt-4-1/'),
  ('gpt-4.1-nano', '2025-04-14T00:00:00Z', 0.10, 0.40, 'https://openai.com/index/gpt-4-1/'),
  ('gpt-5', '2025-08-07T00:00:00Z', 1.25, 10, 'https://openai.com/index/introducing-gpt-5-for-developers/'),
  ('gpt-5-mini', '2025-08-07T00:00:00Z', 0.25, 2, 'https://openai.com/index/introducing-gpt-5-for-developers/'),
  ('gpt-5-nano', '2025-08-07T00:00:00Z', 0.05, 0.40, 'https://openai.com/index/introducing-gpt-5-for-developers/'),
  ('claude-3-opus', '2024-03-04T00:00:00Z', 15, 75, 'https://www.anthropic.com/news/claude-3-family'),
  ('claude-3-sonnet', '2024-03-04T00:00:00Z', 3, 15, 'https://www.anthropic.com/news/claude-3-family'),
  ('claude-3-haiku', '2024-03-13T00:00:00Z', 0.25, 1.25, 'https://www.anthropic.com/news/claude-3-haiku'),
  ('claude-3-5-sonnet', '2024-06-20T00:00:00Z', 3, 15, 'https://www.anthropic.com/news/claude-3-5-sonnet'),
  ('claude-3-7-sonnet', '2025-02-24T00:00:00Z', 3, 15, 'https://www.anthropic.com/news/claude-3-7-sonnet'),
  ('claude-sonnet-4', '2025-05-22T00:00:00Z', 3, 15, 'https://www.anthropic.com/news/claude-4'),
  ('claude-opus-4', '2025-05-22T00:00:00Z', 15, 75, 'https://www.anthropic.com/news/claude-4'),
  ('claude-opus-4-1', '2025-08-05T00:00:00Z', 15, 75, 'https://docs.anthropic.com/en/docs/about-claude/pricing'),
  ('claude-sonnet-4-5', '2025-09-29T00:00:00Z', 3, 15, 'https://www.anthropic.com/news/claude-sonnet-4-5'),
  ('claude-haiku-4-5', '2025-10-15T00:00:00Z', 1, 5, 'https://www.anthropic.com/news/claude-haiku-4-5'),
  ('claude-opus-4-5', '2025-11-24T00:00:00Z', 5, 25, 'https://www.anthropic.com/news/claude-opus-4-5');
