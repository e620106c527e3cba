import { readFile, readdir } from "node:fs/promises";
import { Client, type ClientConfig } from "pg";
import { Failure } from "../../std/failure.ts";
import { sleep } from "../../std/sleep.ts";
import { openControl, type Control } from "../../control/control.ts";
import { createPayments } from "../../ship/example-change.ts";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { rollBackShipment } from "../roll-back-shipment.ts";
import { startShipment } from "../start-shipment.ts";
import { callerCalled } from "./caller-called.ts";
import { holdingPlan, holds, makeHolds, type Hold } from "./holds.ts";
import { shapeOf } from "./shape-of.ts";
import {
  addChange,
  addDatabase,
  addEnvironment,
  change,
  environment,
  storeDecision,
} from "./store-decision.ts";
import { TwoServers } from "./two-servers.ts";

// For tests only: a fleet of real databases, two real servers, and kill -9 of whichever is at work.

/** When a server is killed. */
export type Moment =
  | "before expand"
  | "in a backfill"
  | "between databases"
  | "while it waits"
  | "in contract"
  | "in rollback"
  /** No server dies, but every session on the control database ends while a backfill is under way. */
  | "sessions end"
  /** After so many milliseconds. */
  | number;

export interface KilledShipment {
  /** Back means: expand, then take it back. */
  direction: "forward" | "back";
  kills: readonly Moment[];
}

export interface Remains {
  state: string;
  databases: string[];
  /** What each database holds: its shape and its rows. */
  contents: unknown[];
  /** The changes in the journal of each database. */
  changes: unknown[];
}

export interface Killed {
  remains: Remains;
  /** Where the fleet was at each kill: `in a backfill: running, db-1 running in migrate, …`. */
  killedAt: string[];
}

const names = ["db-1", "db-2", "db-3"];
const giveUpMs = 90_000;

/** Ships (and takes back) the example change while servers are killed, and returns what is left in the end. */
export async function shipKilled(shadow: Shadow, { direction, kills }: KilledShipment): Promise<Killed> {
  const made: string[] = [];
  const make = async (): Promise<ClientConfig> => {
    const database = await shadow.createDatabase();
    made.push(database);
    return shadow.connection(database);
  };
  const connection = await make();
  await migrate(connection);
  const control = openControl(connection, { applicationName: "interlock-server@test" });
  const databases: Record<string, ClientConfig> = {};
  await addEnvironment(control.query);
  for (const [index, name] of names.entries()) {
    databases[name] = await make();
    await fill(databases[name]);
    await addDatabase(control.query, { name, isCanary: index === 1 });
  }
  const servers = new TwoServers({ control: connection, databases }, control);
  try {
    // However late a kill comes, it finds the shipment where it was meant to be.
    const { hold, letGo } = holds(databases);
    for (const moment of new Set(kills)) if (typeof moment === "string") await hold(holdsFor[moment]);
    await servers.start();
    await servers.start();
    const shipment = await begin(control);
    const killedAt: string[] = [];
    const kill = async (moment: Moment): Promise<void> => {
      await until(control, shipment, moment);
      const where = await whereIs(control, shipment);
      if (moment === "sessions end") {
        await endSessions(connection);
        killedAt.push(`${moment}: ${where}`);
        return;
      }
      if (await servers.killWorker(shipment)) killedAt.push(`${String(moment)}: ${where}`);
    };
    const killAll = async (moments: readonly Moment[]): Promise<void> => {
      for (const [place, moment] of moments.entries()) {
        await kill(moment);
        if (typeof moment === "string" && !moments.includes(moment, place + 1)) await letGo(holdsFor[moment]);
      }
    };
    await killAll(kills.filter((one) => one !== "in rollback"));
    if (direction === "back") {
      await awaitState(control, shipment, ["ready", "waiting"]);
      await rollBackShipment({ control }, { shipment, caller: callerCalled("ada") });
      await killAll(kills.filter((one) => one === "in rollback"));
    } else await control.query("delete from gate_is_against");
    const state = await awaitState(control, shipment, ["done", "rolled-back", "stopped"]);
    return { remains: await remainsOf(control, { shipment, state, databases }), killedAt };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${servers.said}`, {
      cause: error,
    });
  } finally {
    await servers.close();
    await control.close();
    for (const database of made) await shadow.dropDatabase(database);
  }
}

async function migrate(connection: ClientConfig): Promise<void> {
  const folder = new URL("../../control/migrations/", import.meta.url);
  const client = new Client(connection);
  await client.connect();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted()) {
    await client.query(await readFile(new URL(file, folder), "utf8"));
  }
  await client.query("create table gate_is_against (phase text)");
  await client.query("insert into gate_is_against values ('contract')");
  await client.end();
}

/** Rows that take a while to fill, so that there is time to be killed in. */
async function fill(connection: ClientConfig): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  await createPayments(client, { rows: 150 });
  await client.query(
    `create function take_time() returns trigger language plpgsql as
       $$ begin perform pg_sleep(0.004); return new; end $$;
     create trigger take_time before update on payments for each row execute function take_time()`,
  );
  await makeHolds(client);
  await client.end();
}

async function begin(control: Control): Promise<string> {
  await addChange(control.query, holdingPlan());
  const started = await startShipment(
    {
      control,
      admit: (transaction, { request }) => storeDecision(transaction, { request, reasons: [] }),
    },
    {
      environment,
      change,
      target: "contract",
      concurrency: 1,
      lockBudgetMs: 5_000,
      caller: callerCalled("ada"),
    },
  );
  if (started.kind === "refused") throw new Error("the test's gate lets it go");
  return started.shipment;
}

/** What must not go on before each moment has been. */
const holdsFor: Readonly<Record<Exclude<Moment, number>, Hold | undefined>> = {
  "before expand": undefined,
  "in a backfill": "backfill",
  "sessions end": "backfill",
  "between databases": "second",
  "while it waits": undefined,
  "in contract": "end",
  "in rollback": "end",
};

/** Conditions over a shipment `s` and its databases `d`. */
const conditions: Readonly<Record<Exclude<Moment, number>, string>> = {
  "before expand": "s.state = 'running'",
  "in a backfill": "exists (select from d where state = 'running' and phase = 'migrate')",
  "sessions end": "exists (select from d where state = 'running' and phase = 'migrate')",
  "between databases":
    "exists (select from d where state in ('ready', 'done')) and exists (select from d where state = 'pending')",
  "while it waits": "s.state = 'waiting'",
  "in contract": "exists (select from d where state = 'running' and phase = 'contract')",
  "in rollback": "exists (select from d where state = 'running') and s.state = 'rolling-back'",
};

async function until(control: Control, shipment: string, moment: Moment): Promise<void> {
  if (typeof moment === "number") {
    await sleep(moment);
    return;
  }
  if (moment === "in contract") await control.query("delete from gate_is_against");
  await poll(`the moment ${moment}`, async () => {
    const rows = await control.query(
      `with d as (select * from interlock_control.shipment_databases where shipment = $1::text)
       select from interlock_control.shipments s
        where s.id = $1::text
          and (s.state in ('done', 'rolled-back', 'stopped') or (${conditions[moment]}))`,
      [shipment],
    );
    return rows.length > 0 ? true : undefined;
  });
}

async function awaitState(control: Control, shipment: string, states: readonly string[]): Promise<string> {
  return poll(states.join(" or "), async () => {
    const [row] = await control.query<{ state: string }>(
      "select state from interlock_control.shipments where id = $1::text and state = any($2::text[])",
      [shipment, states],
    );
    return row?.state;
  });
}

async function poll<Result>(what: string, look: () => Promise<Result | undefined>): Promise<Result> {
  const end = Date.now() + giveUpMs;
  while (Date.now() < end) {
    // The session that it looks with may have been ended by the test itself.
    const found = await look().catch((error: unknown) => {
      if (error instanceof Failure && error.code === "control-not-reachable") return undefined;
      throw error;
    });
    if (found !== undefined) return found;
    await sleep(10);
  }
  throw new Error(`${what} did not come`);
}

async function endSessions(connection: ClientConfig): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await client.end();
}

async function whereIs(control: Control, shipment: string): Promise<string> {
  const [row] = await control.query<{ at: string }>(
    `select s.state || ', ' || string_agg(d.database || ' ' || d.state || coalesce(' in ' || d.phase, ''), ', ' order by d.database) as at
       from interlock_control.shipments s join interlock_control.shipment_databases d on d.shipment = s.id
      where s.id = $1::text group by s.id`,
    [shipment],
  );
  return row?.at ?? "nowhere";
}

async function remainsOf(
  control: Control,
  {
    shipment,
    state,
    databases,
  }: { shipment: string; state: string; databases: Record<string, ClientConfig> },
): Promise<Remains> {
  const rows = await control.query<{ state: string }>(
    "select state from interlock_control.shipment_databases where shipment = $1::text order by database",
    [shipment],
  );
  const remains: Remains = { state, databases: rows.map((row) => row.state), contents: [], changes: [] };
  for (const name of names) {
    const client = new Client(databases[name]);
    await client.connect();
    const payments = await client.query<object>("select to_jsonb(p) as row from payments p order by id");
    const journal = await client.query<object>(
      "select plan_id, state from interlock.changes order by number",
    );
    remains.contents.push({ shape: await shapeOf(client), payments: payments.rows });
    remains.changes.push(journal.rows);
    await client.end();
  }
  return remains;
}
