import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { runStep } from "../../packages/interlock/src/plan/run-step.ts";
import { planTestChange } from "../../packages/interlock/src/plan/testing-change.ts";
import { openShadow, type Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { startServer, type Server } from "../../packages/interlock/src/shadow/server.ts";
import { findPgroll, type PgrollProgram } from "../find-pgroll.ts";
import { describeMachine } from "../machine.ts";
import { changes, type Statements, type SyncChange } from "./changes.ts";
import { startMigration } from "./pgroll.ts";
import { render, type Figure } from "./render.ts";

// `npm run bench -- sync`: what a write costs while the sync is there, against the same write on the table alone, and
// against pgroll's trigger for the same change where pgroll is found. Measured is the processor time of the server
// process that executes the statement, so that neither the disk nor the way there blurs it; all in turn.

const rounds = 7;
const statementsInRound = 2_000;
const rowsAtOnce = 1_000;
const kinds = ["insert", "update", "insertMany", "updateMany"] as const;

interface Arm {
  name: string;
  client: Client;
  statements: Statements;
  processId: number;
  nextKey: number;
  /** By kind of write: processor time of each round, in microseconds a row. */
  took: Map<string, number[]>;
}

export async function run(): Promise<void> {
  const pgroll = await findPgroll();
  if (pgroll === undefined)
    process.stdout.write("pgroll is not on the path and PGROLL names none: left out.\n");
  const directory = await mkdtemp(join(tmpdir(), "il-"));
  await chmod(directory, 0o711);
  const server = await startServer({ directory, listen: "tcp", durable: true });
  const shadow = await openShadow();
  const figures: Figure[] = [];
  try {
    for (const [index, change] of changes.entries()) {
      process.stdout.write(`${change.name} …\n`);
      const arms = await openArms({ change, index, server, shadow, pgroll });
      for (let round = 0; round < rounds; round += 1) {
        for (const arm of arms) for (const kind of kinds) await measure(arm, kind);
      }
      figures.push(...figuresOf(change, arms));
      for (const { client } of arms) await client.end();
    }
  } finally {
    await shadow.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
  const report = {
    at: new Date().toISOString(),
    machine: describeMachine(),
    postgres: shadow.version,
    rounds,
    pgroll: pgroll?.version ?? null,
    figures,
  };
  const results = join(import.meta.dirname, "../results");
  await writeFile(join(results, "sync.json"), `${JSON.stringify(report, null, 2)}\n`);
  const text = render(report);
  await writeFile(join(results, "sync.md"), text);
  process.stdout.write(text);
}

async function openArms(options: {
  change: SyncChange;
  index: number;
  server: Server;
  shadow: Shadow;
  pgroll: PgrollProgram | undefined;
}): Promise<Arm[]> {
  const { change, index, server, shadow, pgroll } = options;
  const { plan } = await planTestChange(shadow, {
    ...change.change,
    old: Object.values(change.old),
    new: Object.values(change.new),
  });
  const open = (at: string): Promise<Arm> => openArm({ at, index, server, change });
  const alone = await open("alone");
  const arms = [alone, await openEmpty(await open("empty"))];
  for (const version of ["old", "new"] as const) {
    const arm = await open(version);
    for (const step of [...plan.phases.expand, ...plan.phases.migrate]) await runStep(arm.client, step);
    await arm.client.query(`set application_name = 'app@${version === "old" ? "1" : "2"}'`);
    arms.push({ ...arm, name: `interlock, ${version} version`, statements: change[version] });
  }
  if (pgroll === undefined || change.pgroll === undefined) return arms;
  for (const version of ["old", "new"] as const) {
    const arm = await open(`pgroll_${version}`);
    await startMigration(pgroll.program, { url: urlOf(server, arm.client), operations: change.pgroll });
    if (version === "new") await useNewSchema(arm.client);
    arms.push({ ...arm, name: `pgroll, ${version} version`, statements: change[version] });
  }
  return arms;
}

async function openArm({
  at,
  index,
  server,
  change,
}: {
  at: string;
  index: number;
  server: Server;
  change: SyncChange;
}): Promise<Arm> {
  const database = `sync_${String(index)}_${at}`;
  const admin = new Client({ ...server.address, database: "postgres" });
  await admin.connect();
  await admin.query(`create database ${database}`);
  await admin.end();
  const client = new Client({ ...server.address, database });
  // The server is stopped in the end, whatever is still open then.
  client.on("error", () => undefined);
  await client.connect();
  await client.query(
    `set synchronous_commit = off; set client_min_messages = warning; ${change.change.before}`,
  );
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return {
    name: "alone",
    client,
    statements: change.old,
    processId: rows[0]?.pid ?? 0,
    nextKey: 1,
    took: new Map(),
  };
}

/** What no sync with a trigger comes below: a trigger that does nothing. */
async function openEmpty(arm: Arm): Promise<Arm> {
  await arm.client.query(
    `create function nothing() returns trigger language plpgsql as 'begin return new; end';
     create trigger nothing before insert or update on payments for each row execute function nothing()`,
  );
  return { ...arm, name: "a trigger that does nothing" };
}

/** The new version of pgroll's looks at views in a schema of its own. */
async function useNewSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select schemaname as name from pg_views where viewname = 'payments' and schemaname like 'public%'",
  );
  const [schema] = rows;
  if (schema === undefined) throw new Error("pgroll has made no schema for the new version");
  await client.query("select set_config('search_path', $1::text, false)", [schema.name]);
}

function urlOf({ address }: Server, client: Client): string {
  const user = `${address.user}:${address.password ?? ""}`;
  return `postgres://${user}@${address.host}:${String(address.port)}/${String(client.database)}?sslmode=disable`;
}

/** One round of one kind: inserts of rows that are new, updates of those that were inserted last. */
async function measure(arm: Arm, kind: (typeof kinds)[number]): Promise<void> {
  const many = kind.endsWith("Many");
  const statements = many ? 10 : statementsInRound;
  const rows = many ? statements * rowsAtOnce : statements;
  const first = kind.startsWith("insert") ? arm.nextKey : arm.nextKey - rows;
  if (kind.startsWith("insert")) arm.nextKey += rows;
  const before = await processorNs(arm.processId);
  for (let at = 0; at < statements; at += 1) {
    const key = first + at * (rows / statements);
    await arm.client.query({ name: kind, text: arm.statements[kind], values: [key] });
  }
  const spent = (await processorNs(arm.processId)) - before;
  arm.took.set(kind, [...(arm.took.get(kind) ?? []), spent / 1_000 / rows]);
}

/** Processor time that a process has had, in nanoseconds. */
async function processorNs(processId: number): Promise<number> {
  return Number((await readFile(`/proc/${String(processId)}/schedstat`, "utf8")).split(" ")[0]);
}

function figuresOf(change: SyncChange, arms: readonly Arm[]): Figure[] {
  const [alone] = arms;
  return arms.map(({ name, took }) => ({
    change: change.name,
    arm: name,
    kinds: kinds.map((kind) => {
      const own = middle(took.get(kind) ?? []);
      return { kind, microseconds: own, ratio: own / middle(alone?.took.get(kind) ?? []) };
    }),
  }));
}

/** The median without the first round, in which caches are filled. */
function middle(values: readonly number[]): number {
  const sorted = values.slice(1).toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
