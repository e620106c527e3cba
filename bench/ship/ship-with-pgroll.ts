import { Client } from "pg";
import type { Change } from "../../packages/payments/src/changes/changes.ts";
import { audit, auditStructure } from "./audit.ts";
import { schemaOf, type Pgroll } from "./pgroll.ts";
import type { Place } from "./site.ts";
import { play, type Outcome, type Trial } from "./trial.ts";

const firstWithDecryption = 9;

/**
 * The same as `shipBothWays` with pgroll: started, both releases live, rolled back; started again, the old release
 * gone, completed. The old release goes on with the tables as they are, which pgroll allows. The structure is not
 * compared: pgroll makes columns and constraints anew, under names of its own.
 */
export async function shipWithPgroll(
  trial: Trial,
  { pgroll, file }: { pgroll: Pgroll; file: string },
): Promise<Outcome> {
  const { change, pace, references } = trial;
  const story: Parameters<typeof play>[1] = async ({ place, traffic, phase, step }) => {
    const { platform } = traffic;
    const start = async (name: string): Promise<void> => {
      await phase(name, async () => {
        await pgroll.run(place, "start", file);
        await traffic.rest(pace.afterMs);
      });
      await step("what tables alone are not enough for", async () => lendNames(place, change));
    };
    const serveBoth = async (again: string): Promise<void> => {
      await phase(`release${again}`, async () => platform.release(change.to));
      await step("warming up", async () => traffic.rest(pace.warmUpMs));
      await phase(`both${again}`, async () => traffic.rest(pace.bothMs));
    };
    await start("start");
    await serveBoth("");
    await phase("withdrawal", async () => platform.retire(change.to));
    await phase("rollback", async () => {
      await pgroll.run(place, "rollback");
      await traffic.rest(pace.afterMs);
    });
    const back = await phase("comparison", async () =>
      auditStructure(place, { references, version: change.from }),
    );
    await start("start again");
    await serveBoth(" again");
    await phase("retirement", async () => platform.retire(change.from));
    await phase("complete", async () => {
      await pgroll.run(place, "complete");
      await traffic.rest(pace.afterMs);
    });
    await phase("after", async () => traffic.rest(pace.quietMs));
    await step("end of the traffic", async () => traffic.calm());
    const end = await step("audit", async () =>
      audit({ place, traffic }, { references, version: change.to }),
    );
    const rows = [...back.rows.map((row) => `rolled back, ${row}`), ...end.rows];
    return { audit: { ...end, rows, catalog: [] } };
  };
  return play(trial, story, {
    prepare: async (place) => pgroll.begin(place),
    databaseUrlOf: (place, version) =>
      version === change.to ? pgroll.urlOf(place, change) : place.databaseUrl,
  });
}

/**
 * A version's schema shows tables. What the releases name besides, views, a type and, since change 9, a function, is
 * put beside them as an operator would have to.
 */
async function lendNames({ connection }: Place, change: Change): Promise<void> {
  const client = new Client({ ...connection, application_name: "operator" });
  await client.connect();
  const schema = schemaOf(change);
  try {
    for (const view of ["merchant_payables", "ledger_entries"])
      await client.query(`create view ${schema}.${view} as select * from public.${view}`);
    await client.query(`create domain ${schema}.notification_state as public.notification_state`);
    if (change.number > firstWithDecryption) {
      await client.query(`create function ${schema}.pgp_sym_decrypt(bytea, text) returns text language sql
        as 'select public.pgp_sym_decrypt($1, $2)'`);
    }
  } finally {
    await client.end();
  }
}
