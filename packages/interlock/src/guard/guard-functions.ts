import { harmlessTags, neverTemporary, operationalTags, rightsTags } from "./command-tags.ts";
import { definer, listed, type OwnFunction } from "./own-function.ts";

/** The SQLSTATE, of a class that nobody else uses, with which the guard refuses. */
export const refusedSqlstate = "IL003";

/** Raises the refusal from the trigger itself, so that psql shows one line of context and not three. */
const raise = (
  what: string,
): string => `raise exception '% is refused: the structure of this database changes through Interlock', ${what}
      using errcode = '${refusedSqlstate}', detail = interlock.guard_detail(), hint = interlock.guard_hint();`;

const neverRefused = listed([...harmlessTags, ...operationalTags]);

/** Whether the guard leaves this command alone, whoever runs it. */
const leavesAlone: OwnFunction = {
  name: "guard_leaves_alone",
  parameters: "tag text",
  sql: definer(
    "guard_leaves_alone(tag text) returns boolean language sql stable",
    `
  select tag = any (${neverRefused}) or tag = any (${listed(rightsTags)})
     and not coalesce((select refuses_grants from interlock.guard_states order by number desc limit 1), false)
`,
  ),
};

const detail: OwnFunction = {
  name: "guard_detail",
  parameters: "",
  sql: definer(
    "guard_detail() returns text language sql stable",
    `
  select coalesce((
    select 'The guard is on since ' || to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC, turned on by ' || set_by
           || coalesce(' ("' || reason || '")', '') || '. Nothing was changed.'
      from interlock.guard_states order by number desc limit 1), 'The guard is on. Nothing was changed.')
`,
  ),
};

const hint: OwnFunction = {
  name: "guard_hint",
  parameters: "",
  sql: definer(
    "guard_hint() returns text language sql stable",
    `
  select 'Write it as a migration and ship it:
    interlock ship MIGRATION.sql --database URL
    interlock change push MIGRATION.sql   (with an Interlock server)
In an emergency, the owner of schema interlock opens the guard for a while:
    interlock guard open --role ' || quote_ident(coalesce(nullif(current_setting('role'), 'none'), session_user))
    || ' --for 30min --reason "…" --database URL'
`,
  ),
};

const identifier = `("[^"]+"|[[:alnum:]_$]+)`;
const space = "[[:space:]]+";

/**
 * Whether `create index if not exists` will do nothing: programs that make sure of their indexes when they start
 * shall start. The search path of the session is not known here, so every table of that name must have the index.
 */
const hasIndexAlready: OwnFunction = {
  name: "has_index_already",
  parameters: "statement text",
  sql: definer(
    "has_index_already(statement text) returns boolean language plpgsql",
    `
declare
  named text[] := regexp_match(statement, 'index${space}(?:concurrently${space})?if${space}not${space}exists${space}${identifier}${space}on${space}(?:only${space})?(?:${identifier}[.])?${identifier}', 'i');
begin
  if named is null then return false; end if;
  -- In quotes a name is as it is written, else in lower case.
  named := array(select case when starts_with(part, '"') then btrim(part, '"') else lower(part) end
                   from unnest(named) with ordinality as parts (part, place) order by place);
  return coalesce((
    select bool_and(exists (select from pg_class i where i.relnamespace = t.relnamespace and i.relname = named[1] and i.relkind in ('i', 'I')))
      from pg_class t join pg_namespace n on n.oid = t.relnamespace
     where t.relname = named[3] and t.relkind in ('r', 'p', 'm') and (named[2] is null or n.nspname = named[2])), false);
end
`,
  ),
};

/**
 * Refuses before anything is locked, read or rewritten. A session with temporary objects may mean one of those;
 * its commands are judged when they end. Functions are apart, since dropping one of ours would take the trigger
 * away that is to judge it.
 */
const guardStart: OwnFunction = {
  name: "guard_start",
  parameters: "",
  sql: definer(
    "guard_start() returns event_trigger language plpgsql",
    `
begin
  -- What is done CONCURRENTLY is committed before it ends; on temporary objects the word means nothing.
  if tg_tag <> all (${listed(neverTemporary)}) and current_query() !~* 'concurrently' and exists (
    select from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = pg_my_temp_schema()
       and (tg_tag !~ '(FUNCTION|PROCEDURE|ROUTINE|AGGREGATE)$' or classid = 'pg_proc'::regclass)) then
    return;
  end if;
  if interlock.guard_leaves_alone(tg_tag) or interlock.structure_permit() is not null then return; end if;
  if tg_tag = 'CREATE INDEX' and interlock.has_index_already(current_query()) then return; end if;
  ${raise("tg_tag")}
end
`,
  ),
};

const guardEnd: OwnFunction = {
  name: "guard_end",
  parameters: "",
  sql: definer(
    "guard_end() returns event_trigger language plpgsql",
    `
declare
  permit text;
  made text;
  is_ours boolean;
begin
  -- First what needs nothing of ours: a temporary table is made whatever has become of our own objects.
  if not exists (select from pg_event_trigger_ddl_commands() where schema_name is distinct from 'pg_temp') then return; end if;
  select min(object_identity), bool_and(coalesce(place, '') = 'interlock') into made, is_ours
    from (select coalesce(object_identity, object_type) as object_identity,
                 coalesce(schema_name, interlock.schema_of(classid, objid)) as place
            from pg_event_trigger_ddl_commands() where not in_extension) c
   where place is distinct from 'pg_temp';
  if made is null or interlock.guard_leaves_alone(tg_tag) then return; end if;
  permit := interlock.structure_permit();
  if permit = 'journal' and not is_ours then permit := null; end if;
  if permit is null then
    ${raise("tg_tag || ' (' || made || ')'")}
  end if;
end
`,
  ),
};

const guardDrop: OwnFunction = {
  name: "guard_drop",
  parameters: "",
  sql: definer(
    "guard_drop() returns event_trigger language plpgsql",
    `
declare
  permit text;
  dropped text;
  is_ours boolean;
begin
  select min(object_identity), bool_and(coalesce(schema_name, address_names[1], '') = 'interlock') into dropped, is_ours
    from pg_event_trigger_dropped_objects()
   where not is_temporary and not starts_with(coalesce(schema_name, address_names[1], ''), 'pg_temp');
  if dropped is null or interlock.guard_leaves_alone(tg_tag) then return; end if;
  permit := interlock.structure_permit();
  if permit = 'journal' and not is_ours then permit := null; end if;
  if permit is null then
    ${raise("tg_tag || ' (' || dropped || ')'")}
  end if;
end
`,
  ),
};

/** The net below guard_start: a table that is about to be rewritten. */
const guardRewrite: OwnFunction = {
  name: "guard_rewrite",
  parameters: "",
  sql: definer(
    "guard_rewrite() returns event_trigger language plpgsql",
    `
begin
  if exists (select from pg_class where oid = pg_event_trigger_table_rewrite_oid() and relpersistence = 't') then return; end if;
  if coalesce(interlock.structure_permit(), 'journal') = 'journal' then
    ${raise("tg_tag || ' (' || pg_event_trigger_table_rewrite_oid()::regclass::text || ')'")}
  end if;
end
`,
  ),
};

/** In the order in which they can be made. */
export const guardFunctions: readonly OwnFunction[] = [
  leavesAlone,
  detail,
  hint,
  hasIndexAlready,
  guardStart,
  guardEnd,
  guardDrop,
  guardRewrite,
];
