-- Names and addresses apart from the payment, so that they can be erased on request while the payment stays.
create table payment_contacts (
  payment_id text primary key references payments (id),
  billing jsonb,
  shipping jsonb,
  check (billing is not null or shipping is not null)
);

insert into payment_contacts (payment_id, billing, shipping)
select payments.id, payments.billing, payments.shipping
from payments
where payments.billing is not null or payments.shipping is not null;

alter table payments drop column billing, drop column shipping;
