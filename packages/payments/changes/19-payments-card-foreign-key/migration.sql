-- A payment's card is there. Cards that were erased on request have left some that point at nothing.
update payments set card_id = null
where card_id is not null and not exists (select from cards where cards.id = payments.card_id);

alter table payments add constraint payments_card_id_fkey foreign key (card_id) references cards (id);
