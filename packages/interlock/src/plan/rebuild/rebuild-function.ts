import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { syncOffSetting } from "../backfill-sql.ts";
import { printExpression } from "../expression.ts";
import { itemsOf } from "../moves/over-table.ts";
import { guarded, standingAside } from "../moves/standing-aside.ts";
import { moveTriggerName, temporaryName } from "../names.ts";
import type { Rebuild } from "./rebuild.ts";

const events = ["after insert or update or delete", "after truncate"] as const;

/** The statements that have each write of the old table repeated on the new one. */
export function createRebuildSync(rebuild: Rebuild): string[] {
  const { relation } = rebuild;
  const table = quoteQualified(relation.schema, relation.name);
  const path = ["pg_catalog", rebuild.staging, relation.schema, "public", "pg_temp"];
  const body = functionBody(rebuild);
  const mark = body.includes("$interlock$") ? "$interlock_rebuild$" : "$interlock$";
  return [
    "create schema if not exists interlock",
    // As its owner: who may write the old table has no rights on the new one yet.
    `create function ${functionName(rebuild)}() returns trigger language plpgsql security definer set search_path = ${[...new Set(path)].map(quoteIdentifier).join(", ")} as ${mark}
#variable_conflict use_column
${body}
${mark}`,
    ...events.flatMap((event) => {
      const name = quoteIdentifier(moveTriggerName(relation, event));
      return [
        `create trigger ${name} ${event} on ${table} for each ${event === "after truncate" ? "statement" : "row"} when (current_setting(${quoteLiteral(syncOffSetting)}, true) is distinct from 'off') execute function ${functionName(rebuild)}()`,
        // A session that applies changes from elsewhere (session_replication_role = replica) writes rows as well.
        `alter table ${table} enable always trigger ${name}`,
      ];
    }),
  ];
}

export function dropRebuildSync(rebuild: Rebuild): string[] {
  const { schema, name } = rebuild.relation;
  return [
    ...events.map(
      (event) =>
        `drop trigger ${quoteIdentifier(moveTriggerName(rebuild.relation, event))} on ${quoteQualified(schema, name)}`,
    ),
    `drop function ${functionName(rebuild)}()`,
  ];
}

function functionName({ relation }: Rebuild): string {
  return quoteQualified("interlock", temporaryName("rebuild", relation));
}

/** No write fails because of the new table: what it refuses is missing there, and the verification finds it. */
function functionBody(rebuild: Rebuild): string {
  const { relation, values, key, present, identity } = rebuild;
  const made = quoteQualified(rebuild.staging, relation.name);
  const row = `(select new.*) as ${quoteIdentifier(relation.name)}`;
  const old = key
    .map((pair) => `${made}.${quoteIdentifier(pair.new)} = old.${quoteIdentifier(pair.old)}`)
    .join(" and ");
  const assignments = values.map(
    ({ column }) => `${quoteIdentifier(column)} = interlock_given.${quoteIdentifier(column)}`,
  );
  const set = assignments.filter((_, at) => !identity.includes(values[at]?.column ?? ""));
  const given = `(select ${itemsOf(values)} from ${row}) as interlock_given`;
  const columns = values.map(({ column }) => quoteIdentifier(column)).join(", ");
  const there = present === undefined ? "true" : `(select (${printExpression(present)}) is true from ${row})`;
  return standingAside(`
  if tg_op = 'TRUNCATE' then
    truncate ${made};
    exit work;
  end if;${guarded(`
    if tg_op = 'DELETE' then
      delete from ${made} where ${old};
    elsif not ${there} then
      if tg_op = 'UPDATE' then
        delete from ${made} where ${old};
      end if;
    else
      if tg_op = 'UPDATE' then
        update ${made} set ${set.join(", ")} from ${given} where ${old};
      end if;
      if tg_op = 'INSERT' or not found then
        insert into ${made} (${columns})${identity.length > 0 ? " overriding system value" : ""} select ${columns} from ${given};
      end if;
    end if;`)}`);
}
