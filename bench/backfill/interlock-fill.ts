import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { planChange } from "../../packages/interlock/src/plan/plan-change.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import { openShadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import { migration, table, wrongRows } from "./change.ts";
import { sizeOf, type Copy, type Site } from "./site.ts";

/** What filling a table once took. */
export interface Fill {
  /** Of the backfill alone. */
  ms: number;
  /** Of the whole command, as far as both versions work. */
  wholeMs: number;
  /** The table and its indexes afterwards, beside what they were. */
  growth: number;
  wrong: number;
}

/** The plan as anybody would get it. */
export async function makePlan(directory: string): Promise<Plan> {
  const [baseline, change] = [join(directory, "0001_payments.sql"), join(directory, "0002_amount.sql")];
  await writeFile(baseline, table);
  await writeFile(change, migration);
  const shadow = await openShadow();
  try {
    const { plan } = await planChange({
      migrations: [change],
      baseline: [baseline],
      old: [],
      new: [],
      shadow,
    });
    return plan;
  } finally {
    await shadow.close();
  }
}

export async function fillWithInterlock(
  site: Site,
  { plan, jobs, copy: { database, client, bytes } }: { plan: Plan; copy: Copy; jobs: number },
): Promise<Fill> {
  const startedAt = performance.now();
  let ms = 0;
  await shipChange({
    plan,
    connection: site.address(database),
    to: "migrate",
    acceptLoss: true,
    backfill: { jobs },
    on: (event) => {
      if (event.type === "step-ended" && event.kind === "backfill") ms += event.elapsedMs;
    },
  });
  const wholeMs = performance.now() - startedAt;
  return { ms, wholeMs, growth: (await sizeOf(client)) / bytes, wrong: await countWrong(client, "amount") };
}

export async function countWrong(client: Client, column: string): Promise<number> {
  const { rows } = await client.query<{ wrong: number }>(wrongRows(column));
  return rows[0]?.wrong ?? -1;
}
