drop view product_events;
