import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStatements, scanTokens, type Statement } from "../../packages/interlock/src/sql/parse.ts";

const directory = join(import.meta.dirname, "../../packages/payments/migrations");

const texts = readdirSync(directory)
  .filter((name) => name.endsWith(".sql"))
  .toSorted()
  .map((name) => readFileSync(join(directory, name), "utf8"));

/** Statements of every kind that the real migrations lack. */
const others = `
create view v as select id, name from things where id > 3;
create or replace function f(a int) returns int language sql as 'select a + 1';
create trigger t before insert on things for each row execute function g();
alter table things add constraint c check (id > 0) not valid, alter column name type varchar(10) using left(name, 10);
create index concurrently i on things (lower(name)) where id > 10;
insert into things (id, name) select i, 'x' from generate_series(1, 10) as i on conflict (id) do update set name = excluded.name returning *;
merge into things using parts on things.id = parts.thing when matched then update set name = 'y' when not matched then do nothing;
with recursive w as (select 1 as n union all select n + 1 from w where n < 5) delete from parts using w where parts.id = w.n;
create type mood as enum ('sad', 'ok'); alter type mood add value 'happy' after 'ok';
create domain positive as int check (value > 0);
create table logs (at timestamptz, line text) partition by range (at);
create table logs_1 partition of logs for values from ('2026-01-01') to ('2026-02-01');
create policy p on things using (id = 1); alter table things enable row level security;
grant select on things to public; revoke all on parts from public;
comment on column things.name is 'its name'; truncate parts; lock table things in share mode;
do $$ begin perform 1; end $$; select * from things t join parts p on p.thing = t.id where t.name like 'a%' order by 1 limit 3;
alter table parts drop column note; alter table parts rename constraint parts_pkey to pk; drop table if exists parts cascade;
create sequence s start 5; alter table things alter column id set default nextval('s');
create materialized view m as select count(*) from parts; refresh materialized view m;
begin; create table x (y int); commit; savepoint a; set search_path to public; copy things from stdin;
`;

/** Real statements as trees. */
export const trees: readonly Statement["node"][] = [...texts, others].flatMap((text) =>
  parseStatements(text, "the corpus").map(({ node }) => node),
);

/** The words and signs that they are made of. */
export const tokens: readonly string[] = [
  ...new Set([...texts, others].flatMap((text) => scanTokens(text).map((token) => token.text))),
].filter((token) => !token.startsWith("--") && token.length < 60);
