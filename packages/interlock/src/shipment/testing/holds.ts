import { Client, type ClientConfig } from "pg";
import type { Plan } from "../../plan/plan.ts";
import { paidStatusPlan } from "../../ship/example-change.ts";

/** Where a shipment can be held: in every backfill, in the first step of the second database, at both of its ends. */
export type Hold = "backfill" | "second" | "end";

/** Canaries go first, and then by name. */
const second = "db-1";

/** For tests only: what holds a shipment in a target, where `holds` says so. A server's budget for locks ends a wait, and then it tries again. */
export async function makeHolds(client: Client): Promise<void> {
  await client.query(
    `create table holds (hold text primary key);
     create function wait_for(waited text) returns void language plpgsql as
       $$ begin while exists (select from holds where hold = waited) loop perform pg_sleep(0.01); end loop; end $$;
     create function wait_in_backfill() returns trigger language plpgsql as
       $$ begin perform wait_for('backfill'); return new; end $$;
     create trigger wait_in_backfill before update on payments for each row execute function wait_in_backfill()`,
  );
}

/** The example change, with a first and a last step that can be held. */
export function holdingPlan(): Plan {
  const plan = paidStatusPlan();
  const [first] = plan.phases.expand;
  const [last] = plan.phases.contract;
  if (first?.kind !== "ddl" || last?.kind !== "ddl")
    throw new Error("the example change begins and ends with DDL");
  first.statements.push("select wait_for('second')");
  first.undo?.push("select wait_for('end')");
  last.statements.push("select wait_for('end')");
  return plan;
}

/** Holds shipments in targets, and lets them go. */
export function holds(databases: Readonly<Record<string, ClientConfig>>): {
  hold(hold: Hold | undefined): Promise<void>;
  letGo(hold: Hold | undefined): Promise<void>;
} {
  const inEach = async (hold: Hold | undefined, sql: string): Promise<void> => {
    if (hold === undefined) return;
    for (const [name, connection] of Object.entries(databases)) {
      if (hold === "second" && name !== second) continue;
      const client = new Client(connection);
      await client.connect();
      await client.query(sql, [hold]);
      await client.end();
    }
  };
  return {
    hold: async (hold) => inEach(hold, "insert into holds values ($1::text) on conflict do nothing"),
    letGo: async (hold) => inEach(hold, "delete from holds where hold = $1::text"),
  };
}
