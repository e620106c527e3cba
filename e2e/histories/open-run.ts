import { Client } from "pg";
import { describeCatalog, type CatalogDescription } from "../../packages/interlock/src/catalog/describe.ts";
import { applyMigration } from "../../packages/interlock/src/migration/apply.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import { migrationOf } from "../../packages/interlock/src/plan/testing-change.ts";
import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { messageOf } from "../../packages/interlock/src/std/failure.ts";
import type { Choices } from "./choices.ts";
import type { History } from "./history.ts";
import { LiveVersion } from "./live-version.ts";
import { baselineOf } from "./plan-history.ts";
import { SingleHistory } from "./single-history.ts";
import { openSession, type TargetServer } from "./target.ts";

/** What a history is shipped on, and what it is held against. */
export interface RunFacts {
  shadow: Shadow;
  target: TargetServer;
  history: History;
  plan: Plan;
  choices: Choices;
  database: string;
  single: SingleHistory;
  catalogs: { old: CatalogDescription; new: CatalogDescription };
  observer: Client;
  old: LiveVersion;
  close: () => Promise<void>;
}

/** A database for the history, and one each for the same writes in the old shape alone and in the new one alone. */
export async function openRun(
  given: Pick<RunFacts, "shadow" | "target" | "history" | "plan" | "choices">,
): Promise<RunFacts> {
  const { shadow, target, history } = given;
  const oldName = await shadow.createDatabase();
  const old = await openClient(shadow, oldName);
  await old.query(baselineOf(history));
  await old.query(history.baseline.rows);
  await old.end();
  const freshName = await shadow.createDatabase({ template: oldName });
  const [alone, fresh] = [await openClient(shadow, oldName), await openClient(shadow, freshName)];
  let impossible: string | undefined;
  try {
    await applyMigration(fresh, migrationOf(history.change.migration));
  } catch (error) {
    impossible = messageOf(error);
  }
  const logs = history.baseline.tables
    .filter((_, at) => given.choices.tables[at]?.trigger === "audit")
    .map(({ name }) => `log_${name}`);
  const single = await SingleHistory.open({
    old: alone,
    new: fresh,
    tables: { old: history.baseline.tables, new: history.change.tables },
    links: history.change.links,
    logs,
    impossible,
  });
  const catalogs = { old: await describeCatalog(alone), new: await describeCatalog(fresh) };
  const database = await target.createDatabase();
  const observer = await openSession(target, database, "observer");
  await observer.query(baselineOf(history));
  await observer.query(history.baseline.rows);
  return {
    ...given,
    database,
    single,
    catalogs,
    observer,
    old: await LiveVersion.start(target, database, "app@1"),
    close: async () => {
      await alone.end();
      await fresh.end();
      await shadow.dropDatabase(oldName);
      await shadow.dropDatabase(freshName);
    },
  };
}

async function openClient(shadow: Shadow, database: string): Promise<Client> {
  const client = new Client({ ...shadow.connection(database), options: "-c timezone=UTC" });
  await client.connect();
  return client;
}
