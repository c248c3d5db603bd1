delete from listed_model_prices;
