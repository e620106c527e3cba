-- A key gets a name that may be shown and logged, and that does not tell its hash, which only serves to find it.
alter table api_keys add column id text;

update api_keys set id = 'key_' || left(encode(sha256(key_hash), 'hex'), 32);

alter table api_keys drop constraint api_keys_pkey;
alter table api_keys add constraint api_keys_pkey primary key (id);
alter table api_keys add constraint api_keys_id_check check (starts_with(id, 'key_'));
alter table api_keys add constraint api_keys_key_hash_key unique (key_hash);
