create table orders (
  id bigint generated always as identity primary key,
  note text,
  amount_cents integer not null check (amount_cents > 0)
);
