create or replace view open_orders as select id from orders where state = 'open';
