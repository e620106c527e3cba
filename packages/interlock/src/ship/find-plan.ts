import type { ClientConfig } from "pg";
import { connect } from "../database/connect.ts";
import type { Plan } from "../plan/plan.ts";
import { readChange } from "./journal.ts";
import { hasJournal } from "./journal-schema.ts";

/**
 * The plan that the journal has for these very files, unfinished or done: planning them again would start from
 * a schema that already has parts of the change. Undefined when there is none, or it was rolled back.
 */
export async function findPlan({
  connection,
  sha256,
}: {
  connection: ClientConfig;
  /** Of each migration file, in order. */
  sha256: readonly string[];
}): Promise<Plan | undefined> {
  const client = await connect(connection);
  try {
    if (!(await hasJournal(client))) return undefined;
    const { rows } = await client.query<{ number: string }>(
      `select number from interlock.changes
        where state <> 'rolled-back'
          and array(select jsonb_path_query(plan, '$.files[*].sha256') #>> '{}') = $1::text[]
        order by number desc limit 1`,
      [[...sha256]],
    );
    const number = rows[0]?.number;
    return number === undefined ? undefined : (await readChange(client, { number }))?.plan;
  } finally {
    await client.end();
  }
}
