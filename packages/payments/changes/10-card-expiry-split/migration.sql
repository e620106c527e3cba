-- Month and year as numbers: "which cards expire next month?" is a comparison, not a cut through a text.
alter table cards add column exp_month smallint, add column exp_year smallint;

update cards set exp_month = left(expiry, 2)::smallint, exp_year = right(expiry, 4)::smallint;

alter table cards alter column exp_month set not null, alter column exp_year set not null;
alter table cards
  add constraint cards_exp_month_check check (exp_month between 1 and 12),
  add constraint cards_exp_year_check check (exp_year between 2000 and 2999);

-- interlock: down cards.expiry = (lpad(exp_month::text, 2, '0') || '/' || exp_year::text)
alter table cards drop column expiry;
