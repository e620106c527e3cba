-- A card that two customers of a merchant share is saved once for each of them, and once without a customer.
create unique index cards_saved_once_per_customer
  on cards (coalesce(customer_id, merchant_id), is_live, fingerprint) where deleted_at is null;

drop index cards_saved_once;
