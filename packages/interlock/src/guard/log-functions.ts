import { executorLockKeys } from "../ship/executor-lock.ts";
import { harmlessTags } from "./command-tags.ts";
import { definer, listed, type OwnFunction } from "./own-function.ts";
import { ddlChannel } from "./tables.ts";

/** How much of a statement is kept, in characters. */
const statementLength = 2_000;
/** Rows that the log keeps at least, besides those of passes, which it keeps for good. */
const rowsKept = 10_000;

/**
 * What an object without a schema of its own belongs to: the schema of the relation that a trigger, policy, rule
 * or default is on; 'pg_temp' for a temporary one, as PostgreSQL itself calls it in event triggers.
 */
const schemaOf: OwnFunction = {
  name: "schema_of",
  parameters: "class oid, object oid",
  sql: definer(
    "schema_of(class oid, object oid) returns text language sql stable",
    `
  select case when starts_with(n.nspname, 'pg_temp_') or starts_with(n.nspname, 'pg_toast_temp_') then 'pg_temp' else n.nspname end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.oid = case class
     when 'pg_trigger'::regclass then (select tgrelid from pg_trigger where oid = object)
     when 'pg_policy'::regclass then (select polrelid from pg_policy where oid = object)
     when 'pg_rewrite'::regclass then (select ev_class from pg_rewrite where oid = object)
     when 'pg_attrdef'::regclass then (select adrelid from pg_attrdef where oid = object) end
`,
  ),
};

/**
 * Why this session may change the structure: `interlock` (it is the executor of an unfinished change), `journal`
 * (Interlock's own tables only), `pass N`, `exception`; null where nothing lets it.
 *
 * The executor's lock is anybody's to take, so that it says nothing by itself: its holder must have the right to
 * make objects in schema interlock, which is the right to be an executor.
 */
const permit: OwnFunction = {
  name: "structure_permit",
  parameters: "",
  sql: definer(
    "structure_permit() returns text language plpgsql",
    `
declare
  who constant name := session_user;
  acts_as constant name := coalesce(nullif(current_setting('role'), 'none'), session_user)::name;
  pass bigint;
begin
  if exists (select from pg_locks
              where locktype = 'advisory' and pid = pg_backend_pid() and granted
                and database = (select oid from pg_database where datname = current_database())
                and classid = ${String(executorLockKeys[0])}::oid and objid = ${String(executorLockKeys[1])}::oid and objsubid = 2)
     and (has_schema_privilege(who, 'interlock', 'create') or has_schema_privilege(acts_as, 'interlock', 'create')) then
    if to_regclass('interlock.changes') is not null then
      if exists (select from interlock.changes
                  where state not in ('done', 'rolled-back')) then
        return 'interlock';
      end if;
    end if;
    return 'journal';
  end if;
  select number into pass from interlock.guard_passes
   where (role is null or role in (who, acts_as)) and closed_at is null
     and clock_timestamp() between opened_at and valid_until
   order by number desc limit 1;
  if found then return 'pass ' || pass; end if;
  if exists (select from (select excepted_roles from interlock.guard_states order by number desc limit 1) s
              where who::text = any (s.excepted_roles) or acts_as::text = any (s.excepted_roles)) then
    return 'exception';
  end if;
  return null;
exception when others then
  -- Whatever is wrong with the tables, it lets nobody through.
  raise log 'interlock can not tell whether a structural change is let through: %', sqlerrm;
  return null;
end
`,
  ),
};

/** The text that is kept of a statement: up to its first constant where it may hold a secret. */
const keptText: OwnFunction = {
  name: "kept_text",
  parameters: "statement text",
  sql: definer(
    "kept_text(statement text) returns text language sql immutable",
    `
  select left(case
    when statement ~* '(passw|passphrase|[[:<:]]pwd[[:>:]]|secret|credential|token|api_?key|private_?key|connection|[[:<:]](server|role|user|subscription)[[:>:]]|://[^[:space:]]*@)'
      then substring(statement from '^[^''$]*') || case when statement ~ '[''$]' then '… (left out: it may hold a secret)' else '' end
    else statement end, ${String(statementLength)})
`,
  ),
};

const noteDdl: OwnFunction = {
  name: "note_ddl",
  parameters: "whole boolean, tag text, objects text[]",
  sql: definer(
    "note_ddl(whole boolean, tag text, objects text[]) returns void language plpgsql",
    `
declare
  row_number bigint;
begin
  insert into interlock.ddl_log (transaction, is_whole, tag, objects, login, role, application_name, client_address, statement, permit)
  values (pg_current_xact_id()::text::bigint, whole, tag, objects[1:50], session_user,
          coalesce(nullif(current_setting('role'), 'none'), session_user), current_setting('application_name'),
          inet_client_addr(), interlock.kept_text(coalesce(current_query(), '')), interlock.structure_permit())
  returning number into row_number;
  perform pg_notify('${ddlChannel}', row_number::text);
  if row_number % 1000 = 0 then
    delete from interlock.ddl_log where number <= row_number - ${String(rowsKept)} and coalesce(permit, '') not like 'pass %';
  end if;
end
`,
  ),
};

// Nothing that goes wrong in here may stop the command that it tells of.
const watchDrop: OwnFunction = {
  name: "watch_drop",
  parameters: "",
  sql: definer(
    "watch_drop() returns event_trigger language plpgsql",
    `
declare
  dropped text[];
begin
  if tg_tag = any (${listed(harmlessTags)}) then return; end if;
  select array_agg(object_type || ' ' || object_identity) into dropped
    from pg_event_trigger_dropped_objects()
   where (original or normal) and not is_temporary
     and not starts_with(coalesce(schema_name, address_names[1], ''), 'pg_temp');
  if dropped is not null then perform interlock.note_ddl(false, tg_tag, dropped); end if;
exception when others then
  raise warning 'interlock did not log this %: %', tg_tag, sqlerrm;
end
`,
  ),
};

const watchEnd: OwnFunction = {
  name: "watch_end",
  parameters: "",
  sql: definer(
    "watch_end() returns event_trigger language plpgsql",
    `
declare
  made text[];
  part bigint;
begin
  if tg_tag = any (${listed(harmlessTags)}) then return; end if;
  select array_agg(distinct object_type || coalesce(' ' || object_identity, '')) into made
    from pg_event_trigger_ddl_commands()
   where not in_extension and coalesce(schema_name, interlock.schema_of(classid, objid)) is distinct from 'pg_temp';
  -- Of a temporary object there is nothing to tell, and no table to look into.
  if made is null and exists (select from pg_event_trigger_ddl_commands()) then return; end if;
  select number into part from interlock.ddl_log
   where transaction = pg_current_xact_id_if_assigned()::text::bigint and not is_whole and tag = tg_tag
   order by number desc limit 1;
  if found then
    update interlock.ddl_log set is_whole = true, objects = (coalesce(made, '{}') || objects)[1:50] where number = part;
  elsif made is not null then
    perform interlock.note_ddl(true, tg_tag, made);
  end if;
exception when others then
  raise warning 'interlock did not log this %: %', tg_tag, sqlerrm;
end
`,
  ),
};

/** In the order in which they can be made. */
export const logFunctions: readonly OwnFunction[] = [
  schemaOf,
  permit,
  keptText,
  noteDdl,
  watchDrop,
  watchEnd,
];
