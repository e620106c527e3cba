-- Whoever reads the table, a copy of it or a backup does not read bank accounts any more. The key is not in the
-- database: every session that writes or reads an IBAN brings it along as setting payments.iban_key.
create extension if not exists pgcrypto;

alter table merchants add column iban_encrypted bytea;

update merchants set iban_encrypted = pgp_sym_encrypt(iban, current_setting('payments.iban_key'), 'cipher-algo=aes256')
where iban is not null;

-- interlock: down merchants.iban = (pgp_sym_decrypt(iban_encrypted, current_setting('payments.iban_key')))
alter table merchants drop column iban;
