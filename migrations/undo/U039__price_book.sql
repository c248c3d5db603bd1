drop function calculate_chat_cost(text, int, int);
drop function app.model_price(uuid, text, timestamptz);
drop function app.price_book(uuid, text);
drop function app.token_cost(bigint, bigint, numeric, numeric);
drop function app.model_pattern_rank(text, text);
drop table model_prices;
drop table listed_model_prices;
