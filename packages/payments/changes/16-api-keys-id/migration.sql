-- A key gets a name that may be shown and logged; its hash only serves to find it.
alter table api_keys add column id bigint generated always as identity;

alter table api_keys drop constraint api_keys_pkey;
alter table api_keys add constraint api_keys_pkey primary key (id);
alter table api_keys add constraint api_keys_key_hash_key unique (key_hash);
