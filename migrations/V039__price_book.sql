-- package: telemetry
-- The price book: what a model costs, since when. A price is for a pattern of names of models and holds from an instant on, until
-- the next one of the same pattern. There are listed prices, which belong to nobody and are the same for all organizations, and
-- those that an organization sets.
--
-- Which price holds for a model at an instant, of those that began by then:
--   1. one of the organization before any listed one,
--   2. the most specific pattern: the name itself, then the one with most characters before the *; of two equally long ones, the one
--      without it,
--   3. the newest.
--
-- A pattern without * fits its own name and dated versions of it: the name, - or @, and a date (2024-08-06, 20240806, 0613) or
-- latest. So gpt-4o prices gpt-4o-2024-08-06, gpt-4 prices gpt-4-0613, and gpt-4 never prices gpt-4o or gpt-4-turbo.

create table listed_model_prices (
  pattern text not null,
  valid_from timestamptz not null,
  input_per_million numeric not null,
  output_per_million numeric not null,
  currency text not null default 'USD',
  source text not null,
  constraint listed_model_prices_pkey primary key (pattern, valid_from),
  constraint listed_model_prices_currency_known check (currency = 'USD')
);
comment on table listed_model_prices is
  'Public list prices of models, the same for all organizations, which may set others.';
comment on column listed_model_prices.source is 'URL of the page that states the price.';

create table model_prices (
  organization_id uuid not null,
  pattern text not null,
  valid_from timestamptz not null,
  input_per_million numeric not null,
  output_per_million numeric not null,
  currency text not null default 'USD',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint model_prices_pkey primary key (organization_id, pattern, valid_from),
  constraint model_prices_organization_id_fkey foreign key (organization_id) references organizations (id) on delete cascade,
  constraint model_prices_pattern_length check (length(pattern) <= 200 and not app.is_blank(pattern)),
  constraint model_prices_pattern_lower_case check (pattern = lower(pattern)),
  constraint model_prices_pattern_wildcard_last check (position('*' in pattern) in (0, length(pattern))),
  constraint model_prices_valid_from_in_range check (valid_from >= '2000-01-01T00:00:00Z' and valid_from < '2101-01-01T00:00:00Z'),
  constraint model_prices_input_in_range check (input_per_million between 0 and 1000000),
  constraint model_prices_output_in_range check (output_per_million between 0 and 1000000),
  constraint model_prices_currency_known check (currency = 'USD')
);
comment on table model_prices is 'Prices of models that an organization set. They win over listed ones.';
comment on column model_prices.pattern is 'Name of a model in lower case, or the beginning of names, with * after it.';
comment on column model_prices.valid_from is 'It holds from this instant on, until the next one of the same pattern.';
comment on constraint model_prices_pattern_length on model_prices is 'pattern: 1 to 200 characters, not only blanks.';
comment on constraint model_prices_pattern_lower_case on model_prices is 'pattern: lower case.';
comment on constraint model_prices_pattern_wildcard_last on model_prices is 'pattern: * may only be its last character.';
comment on constraint model_prices_valid_from_in_range on model_prices is 'validFrom: a time in the years 2000 to 2100.';
comment on constraint model_prices_input_in_range on model_prices is 'inputPerMillion: 0 to 1000000.';
comment on constraint model_prices_output_in_range on model_prices is 'outputPerMillion: 0 to 1000000.';

create trigger model_prices_touch before update on model_prices for each row execute function app.set_updated_at();

create trigger model_prices_enforce_limit before insert on model_prices
  for each row execute function app.enforce_row_limit('model_prices', 'pattern');

-- Twice the number of characters that must be there, so that a pattern without * is before an equally long one with it. No pattern
-- has more than 200.
create function app.model_pattern_rank(pattern text, model text) returns int
language sql immutable parallel safe as $$
  select case
    when pattern = lower(model) then 1000
    when pattern = regexp_replace(lower(model), '[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest)$', '') then 2 * length(pattern) + 1
    when right(pattern, 1) = '*' and starts_with(lower(model), left(pattern, -1)) then 2 * length(pattern) - 2
  end
$$;
comment on function app.model_pattern_rank(text, text) is
  'How specific a pattern of names is to a model: the higher, the more. Null where it does not fit.';

create function app.price_book(organization uuid, model text default null)
returns table (own boolean, pattern text, valid_from timestamptz, input_per_million numeric, output_per_million numeric, currency text,
  source text, rank int)
language sql stable as $$
  select b.own, b.pattern, b.valid_from, b.input_per_million, b.output_per_million, b.currency, b.source,
    app.model_pattern_rank(b.pattern, model)
  from (
    select true as own, p.pattern, p.valid_from, p.input_per_million, p.output_per_million, p.currency, null as source
    from public.model_prices p where p.organization_id = organization
    union all
    select false, l.pattern, l.valid_from, l.input_per_million, l.output_per_million, l.currency, l.source
    from public.listed_model_prices l) b
  where model is null or app.model_pattern_rank(b.pattern, model) is not null
$$;
comment on function app.price_book(uuid, text) is
  'The prices of an organization, own and listed ones; of a model, only those that fit it, with how specific they are.';

create function app.model_price(organization uuid, model text, at timestamptz)
returns table (input_per_million numeric, output_per_million numeric)
language sql stable as $$
  select b.input_per_million, b.output_per_million
  from app.price_book(organization, model) b
  where b.valid_from <= at and b.rank is not null
  order by b.own desc, b.rank desc, b.valid_from desc
  limit 1
$$;
comment on function app.model_price(uuid, text, timestamptz) is 'The price of a model that holds at an instant; no row where there is none.';

create function app.token_cost(input_tokens bigint, output_tokens bigint, input_per_million numeric, output_per_million numeric)
returns numeric
language sql immutable parallel safe as $$
  select (input_tokens * input_per_million + output_tokens * output_per_million) * 0.000001
$$;
comment on function app.token_cost(bigint, bigint, numeric, numeric) is 'What tokens cost, exactly.';

-- Its name and arguments are those of the source, which guessed 5 and 15 USD for models that it did not know.
create function calculate_chat_cost(model text, input_tokens int, output_tokens int) returns numeric
language plpgsql stable as $$
declare
  callers constant uuid[] := app.readable_organizations();
  answers numeric[];
begin
  if input_tokens < 0 or output_tokens < 0 then
    raise exception 'tokens: a number of tokens is not negative.' using errcode = 'PG400';
  end if;
  -- Without an organization, listed prices hold.
  select array_agg(distinct coalesce(
    app.token_cost(calculate_chat_cost.input_tokens, calculate_chat_cost.output_tokens, p.input_per_million, p.output_per_million), -1))
  into answers
  from unnest(case when callers = '{}' then array[null::uuid] else callers end) o(id)
  left join lateral app.model_price(o.id, calculate_chat_cost.model, now()) p on true;
  if cardinality(answers) > 1 then
    raise exception 'model: your organizations have different prices for it; ask with an API key of one of them.' using errcode = 'PG400';
  end if;
  return nullif(answers[1], -1);
end
$$;
comment on function calculate_chat_cost(text, int, int) is
  'What tokens of a model cost in USD by the price that holds now in the caller''s organization. Null for a model without a price: nothing is guessed.';

call app.protect('model_prices', reads => 'viewer', inserts => 'editor', updates => 'editor', guard => 'select');
grant select on listed_model_prices to pulsegraph_api, pulsegraph_guard;
grant select on model_prices to pulsegraph_api, pulsegraph_guard;
grant insert (organization_id, pattern, valid_from, input_per_million, output_per_million) on model_prices to pulsegraph_api;
grant update (input_per_million, output_per_million) on model_prices to pulsegraph_api;
grant execute on function app.model_pattern_rank(text, text), app.price_book(uuid, text), app.model_price(uuid, text, timestamptz),
  app.token_cost(bigint, bigint, numeric, numeric)
  to pulsegraph_api, pulsegraph_guard;
grant execute on function calculate_chat_cost(text, int, int) to pulsegraph_api;
