-- Who starts a payment is always known: where nothing is written it was the card holder.
update payments set initiator = 'PAYER' where initiator is null;

alter table payments alter column initiator set not null;
