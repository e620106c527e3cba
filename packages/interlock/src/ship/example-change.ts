import type { Client } from "pg";
import type { Plan, Step } from "../plan/plan.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";

// For tests only: the 17 December change, written out by hand as the planner would, for a table of any name.

export interface ExampleTable {
  schema: string;
  name: string;
  key: readonly string[];
}

const payments: ExampleTable = { schema: "public", name: "payments", key: ["id"] };

/** Makes the table in its old shape, with rows whose keys are numbers. */
export async function createPayments(
  client: Client,
  { table = payments, rows }: { table?: ExampleTable; rows: number },
): Promise<void> {
  const { schema, name, key } = table;
  const columns = ["id", ...key.filter((column) => column !== "id")];
  const types = columns.map((column) => `${quoteIdentifier(column)} bigint not null`).join(", ");
  const primary = key.length === 0 ? "" : `, primary key (${key.map(quoteIdentifier).join(", ")})`;
  await client.query(`create schema if not exists ${quoteIdentifier(schema)}`);
  await client.query(
    `create table ${quoteQualified(schema, name)} (${types}, is_paid boolean not null default false,
       is_refunded boolean not null default false, note text${primary})`,
  );
  await client.query(
    `insert into ${quoteQualified(schema, name)} (${columns.map(quoteIdentifier).join(", ")}, is_paid, is_refunded)
     select ${columns.map((_, at) => (at === 0 ? "i" : `i % 7`)).join(", ")}, i % 2 = 0, i % 6 = 0
       from generate_series(1, $1::integer) as i`,
    [rows],
  );
}

export const statusOfRow =
  "case when is_refunded then 'refunded' when is_paid then 'paid' else 'created' end";

/** Boolean columns is_paid and is_refunded become one status, kept equal both ways until the contract phase. */
export function paidStatusPlan({
  table = payments,
  id = "chg-paid-status",
}: { table?: ExampleTable; id?: string } = {}): Plan {
  const relation = { schema: table.schema, name: table.name };
  const quoted = quoteQualified(relation.schema, relation.name);
  const sync = quoteQualified("interlock", `sync_${id}`);
  const trigger = quoteIdentifier(`interlock_sync`);
  const check = quoteIdentifier(`${table.name.slice(0, 16)}_status_set`);
  const ddl = (step: Pick<Step, "id" | "title" | "undo"> & { statements: string[] }): Step => ({
    kind: "ddl",
    relations: [relation],
    lock: "AccessExclusiveLock",
    ...step,
  });
  return {
    format: "interlock-plan/1",
    id,
    files: [{ path: "0002_status.sql", sha256: "0".repeat(64) }],
    old: ["payments@2.2.0"],
    new: ["payments@2.3.0"],
    phases: {
      expand: [
        ddl({
          id: "expand-1",
          title: "add column status text",
          statements: [`alter table ${quoted} add column status text`],
          undo: [`alter table ${quoted} drop column status`],
        }),
        ddl({
          id: "expand-2",
          title: "sync is_paid, is_refunded ⇄ status",
          statements: [
            `create function ${sync}() returns trigger language plpgsql as ${quoteLiteral(syncBody)}`,
            `create trigger ${trigger} before insert or update on ${quoted} for each row
               when (current_setting('interlock.sync', true) is distinct from 'off') execute function ${sync}()`,
          ],
          undo: [`drop trigger ${trigger} on ${quoted}`, `drop function ${sync}()`],
        }),
      ],
      migrate: [
        {
          kind: "backfill",
          id: "migrate-1",
          title: "fill status",
          relations: [relation],
          lock: "RowExclusiveLock",
          undo: null,
          relation,
          key: [...table.key],
          set: [{ column: "status", expression: statusOfRow }],
          where: "status is null",
        },
        ddl({
          id: "migrate-2",
          title: "check that status is set, not validated",
          statements: [`alter table ${quoted} add constraint ${check} check (status is not null) not valid`],
          undo: [`alter table ${quoted} drop constraint ${check}`],
        }),
        {
          kind: "validate",
          id: "migrate-3",
          title: "validate that status is set",
          relations: [relation],
          lock: "ShareUpdateExclusiveLock",
          undo: null,
          statement: `alter table ${quoted} validate constraint ${check}`,
        },
        {
          kind: "index",
          id: "migrate-4",
          title: "index on status",
          relations: [relation],
          lock: "ShareUpdateExclusiveLock",
          undo: [],
          statement: `create index concurrently ${quoteIdentifier(`${table.name.slice(0, 16)}_by_status`)} on ${quoted} (status)`,
          index: { schema: relation.schema, name: `${table.name.slice(0, 16)}_by_status` },
        },
        {
          kind: "verify",
          id: "migrate-5",
          title: "status agrees with the booleans",
          relations: [relation],
          lock: "AccessShareLock",
          undo: null,
          relation,
          violation: `status is distinct from (${statusOfRow})`,
          message: "These rows have a status that their booleans do not have.",
        },
      ],
      contract: [
        ddl({
          id: "contract-1",
          title: "drop the sync, is_paid, is_refunded",
          statements: [
            `alter table ${quoted} alter column status set not null`,
            `alter table ${quoted} drop constraint ${check}`,
            `drop trigger ${trigger} on ${quoted}`,
            `drop function ${sync}()`,
            `alter table ${quoted} drop column is_paid, drop column is_refunded`,
          ],
          undo: null,
        }),
      ],
    },
    notes: [],
    losses: [],
  };
}

const syncBody = `begin
  if tg_op = 'INSERT' then
    if new.status is null then
      new.status := case when new.is_refunded then 'refunded' when new.is_paid then 'paid' else 'created' end;
    else
      new.is_paid := new.status in ('paid', 'refunded');
      new.is_refunded := new.status = 'refunded';
    end if;
  elsif new.status is distinct from old.status then
    new.is_paid := new.status in ('paid', 'refunded');
    new.is_refunded := new.status = 'refunded';
  else
    new.status := case when new.is_refunded then 'refunded' when new.is_paid then 'paid' else 'created' end;
  end if;
  return new;
end`;
