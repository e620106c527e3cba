-- Several people of a merchant may log in, each with a password of their own.
create table merchant_users (
  id bigint generated always as identity primary key,
  merchant_id text not null references merchants (id),
  login_email text not null unique,
  password_hash bytea not null,
  created_at timestamptz not null default now()
);

create index merchant_users_by_merchant on merchant_users (merchant_id);

insert into merchant_users (merchant_id, login_email, password_hash, created_at)
select merchants.id, merchants.login_email, merchants.password_hash, merchants.created_at
from merchants
where merchants.login_email is not null
order by merchants.created_at, merchants.id;

alter table merchants drop column login_email, drop column password_hash;
