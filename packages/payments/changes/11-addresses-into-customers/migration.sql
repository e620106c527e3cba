-- A customer has one address or none, so it belongs to the customer.
alter table customers
  add column address1 text,
  add column address2 text,
  add column postcode text,
  add column city text,
  add column state text,
  add column country text;

update customers set
  address1 = customer_addresses.address1,
  address2 = customer_addresses.address2,
  postcode = customer_addresses.postcode,
  city = customer_addresses.city,
  state = customer_addresses.state,
  country = customer_addresses.country
from customer_addresses
where customer_addresses.customer_id = customers.id;

drop table customer_addresses;
