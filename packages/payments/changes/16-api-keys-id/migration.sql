-- A key gets a name that may be shown and logged; its hash only serves to find it. Half of the hash is as unlike
-- any other as the whole.
alter table api_keys add column id text;

update api_keys set id = 'key_' || encode(substr(key_hash, 1, 16), 'hex');

alter table api_keys drop constraint api_keys_pkey;
alter table api_keys add constraint api_keys_pkey primary key (id);
alter table api_keys add constraint api_keys_id_check check (starts_with(id, 'key_'));
alter table api_keys add constraint api_keys_key_hash_key unique (key_hash);
