import type { Subject } from "./case.ts";

export const keySwaps: Subject = {
  name: "another primary key",
  start: `
create table keys (hash bytea primary key, owner text not null);
create table uses (id bigint primary key, hash bytea not null constraint uses_hash references keys (hash));`,
  cases: [
    {
      what: "another primary key, by a mapping, beside foreign keys to the old one",
      kind: "primary key",
      migration: `alter table keys add column id text;
update keys set id = 'key_' || encode(hash, 'hex');
alter table keys add constraint keys_hash_key unique (hash);
alter table uses drop constraint uses_hash;
alter table keys drop constraint keys_pkey;
alter table keys add constraint keys_pkey primary key (id);
alter table uses add constraint uses_hash foreign key (hash) references keys (hash);`,
      old: {
        insert: "insert into keys (hash, owner) values ($1, $2) on conflict (hash) do nothing",
        use: "insert into uses (id, hash) values ($1, $2)",
      },
      new: {
        insert: "insert into keys (id, hash, owner) values ($1, $2, $3) on conflict (hash) do nothing",
        use: "insert into uses (id, hash) values ($1, $2)",
      },
      expect: "planned",
    },
    {
      what: "another primary key, with foreign keys that go with the old one and come back",
      kind: "primary key",
      migration: `alter table keys add column id text;
update keys set id = 'key_' || encode(hash, 'hex');
alter table keys drop constraint keys_pkey cascade, add primary key (id), add unique (hash);
alter table uses add constraint uses_hash foreign key (hash) references keys (hash) on delete cascade;`,
      old: {
        insert: "insert into keys (hash, owner) values ($1, $2)",
        use: "insert into uses (id, hash) values ($1, $2)",
      },
      new: {
        insert: "insert into keys (id, hash, owner) values ($1, $2, $3)",
        use: "insert into uses (id, hash) values ($1, $2)",
      },
      expect: "planned",
    },
    {
      what: "a surrogate key, and what points to the old key points to it",
      kind: "primary key",
      start: `
create table countries (code text primary key, id bigint not null, name text);
create table towns (id bigint primary key, country text constraint in_country references countries (code));`,
      migration: `alter table countries drop constraint countries_pkey cascade;
alter table countries add constraint countries_pkey primary key (id);
alter table countries add constraint one_code unique (code);
alter table towns add column country_id bigint;
update towns set country_id = (select countries.id from countries where countries.code = towns.country);
-- interlock: down towns.country = (select countries.code from countries where countries.id = towns.country_id)
alter table towns drop column country;
alter table towns add constraint in_country foreign key (country_id) references countries (id);`,
      old: {
        insert:
          "insert into countries (code, id, name) values ($1, $2, $3) on conflict (code) do update set name = excluded.name",
        town: "insert into towns (id, country) values ($1, $2)",
      },
      new: {
        insert: "insert into countries (code, id, name) values ($1, $2, $3)",
        town: "insert into towns (id, country_id) values ($1, $2)",
      },
      expect: "planned",
    },
    {
      what: "a primary key of more columns",
      kind: "primary key",
      start:
        "create table shares (owner bigint not null, paper text not null, amount integer, primary key (owner));",
      migration: "alter table shares drop constraint shares_pkey, add primary key (owner, paper);",
      old: { insert: "insert into shares (owner, paper, amount) values ($1, $2, $3)" },
      new: { insert: "insert into shares (owner, paper, amount) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a primary key of more columns that both versions lean on",
      kind: "primary key",
      start:
        "create table shares (owner bigint not null, paper text not null, amount integer, primary key (owner));",
      migration: "alter table shares drop constraint shares_pkey, add primary key (owner, paper);",
      old: {
        insert:
          "insert into shares (owner, paper) values ($1, $2) on conflict (owner) do update set paper = excluded.paper",
      },
      new: {
        insert: "insert into shares (owner, paper) values ($1, $2) on conflict (owner, paper) do nothing",
      },
      expect: "planned",
    },
  ],
};
