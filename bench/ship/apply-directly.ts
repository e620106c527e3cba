import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { parseStatements } from "../../packages/interlock/src/sql/parse.ts";
import type { Change } from "../../packages/payments/src/changes/changes.ts";
import { readTable } from "../../packages/payments/src/changes/table.ts";
import { audit } from "./audit.ts";
import type { Place } from "./site.ts";
import { play, type Outcome, type Trial } from "./trial.ts";

/**
 * The same change as somebody with psql brings it about: the migration runs as it stands, before the new release or
 * after it, whichever is right where one of them is.
 */
export async function applyDirectly(trial: Trial): Promise<Outcome> {
  const { change, pace, references } = trial;
  const row = (await readTable()).get(change.name);
  return play(trial, async ({ place, traffic, phase, step }) => {
    const { platform } = traffic;
    const structure = async (): Promise<void> =>
      phase("psql -f", async () => {
        await runAsPsql(change, place);
        await traffic.rest(pace.afterMs);
      });
    const roll = async (): Promise<void> => {
      await phase("release", async () => platform.release(change.to));
      await phase("retirement", async () => platform.retire(change.from));
    };
    if (row?.found === "app-first") {
      await roll();
      await structure();
    } else {
      await structure();
      await roll();
    }
    await phase("after", async () => traffic.rest(pace.bothMs));
    await step("end of the traffic", async () => traffic.calm());
    return {
      audit: await step("audit", async () => audit({ place, traffic }, { references, version: change.to })),
    };
  });
}

/**
 * What `psql -f` does: one statement after the other, each a transaction of its own, with no limit on how long it
 * waits for its locks. Throws at the first that fails, as with ON_ERROR_STOP.
 */
async function runAsPsql(change: Change, { connection }: Place): Promise<void> {
  const text = await readFile(change.migration, "utf8");
  const client = new Client({ ...connection, application_name: "psql" });
  await client.connect();
  try {
    for (const { sql } of parseStatements(text, change.migration)) await client.query(sql);
  } finally {
    await client.end();
  }
}
