import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { connect } from "../packages/interlock/src/database/connect.ts";
import { createPayments, paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { resumeChange } from "../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";
import { shipStatus } from "../packages/interlock/src/ship/ship-status.ts";
import type { Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";

type ClientConfig = Parameters<typeof connect>[0];
type Client = Awaited<ReturnType<typeof connect>>;

/** Enough for a dozen batches or more, so that a kill can fall between them and inside. */
const rowsInTable = 12_000;

/** What a run that nobody kills leaves, for the change and for its rollback. */
export interface Reference {
  template: string;
  done: string;
  rolledBack: string;
}

export interface KilledRun {
  seed: number;
  /** Where the kills left it, in order: `migrating`, `rolling-back`. */
  killedWhile: string[];
  state: string;
}

export async function makeReference(shadow: Shadow): Promise<Reference> {
  const template = await shadow.createDatabase();
  await withClient(shadow.connection(template), (client) => createPayments(client, { rows: rowsInTable }));
  const rolledBack = await fingerprint(shadow.connection(template));
  const shipped = await shadow.createDatabase({ template });
  await shipChange({ plan: paidStatusPlan(), connection: shadow.connection(shipped) });
  const done = await fingerprint(shadow.connection(shipped));
  await shadow.dropDatabase(shipped);
  return { template, done, rolledBack };
}

/**
 * Ships in a process that is killed with SIGKILL at a place that the seed chooses, resumes or rolls back in one
 * that may be killed as well, and brings it to an end. Throws when what is left differs from a run that nobody killed.
 */
export async function runKilled(shadow: Shadow, reference: Reference, seed: number): Promise<KilledRun> {
  const random = randomOf(seed);
  const database = await shadow.createDatabase({ template: reference.template });
  const connection = shadow.connection(database);
  const killedWhile: string[] = [];
  const killAfterMs = (): number => (random() < 0.3 ? 0 : random() * 60);
  try {
    const places = 1 + Math.floor(random() * 26);
    const back = random() < 0.4;
    const again = random() < 0.5;
    if (await runChild({ command: "ship", connection, killAtEvent: places, killAfterMs: killAfterMs() })) {
      killedWhile.push(await stateOnceFree(connection));
    }
    const command = back ? "rollback" : "resume";
    if (again && !["nothing", "done", "contracting"].includes(await stateOnceFree(connection))) {
      const killAtEvent = 1 + Math.floor(random() * 9);
      if (await runChild({ command, connection, killAtEvent, killAfterMs: killAfterMs() })) {
        killedWhile.push(await stateOnceFree(connection));
      }
    }
    const state = await finish(connection, { back });
    const expected = state === "rolled-back" ? reference.rolledBack : reference.done;
    const left = await fingerprint(connection);
    if (left !== expected) throw new Error(`${state} left ${left} and not ${expected}`);
    return { seed, killedWhile, state };
  } finally {
    await shadow.dropDatabase(database);
  }
}

/** Brings a change to its end, in this process and without a kill. Returns the state that it ends in. */
async function finish(connection: ClientConfig, { back }: { back: boolean }): Promise<string> {
  const state = await stateOnceFree(connection);
  if (state === "done" || state === "rolled-back") return state;
  if (state === "nothing") return (await shipChange({ plan: paidStatusPlan(), connection })).state;
  const turn = back && state !== "contracting" && state !== "rolling-back";
  if (!turn) return (await resumeChange({ connection })).state;
  try {
    return (await rollbackChange({ connection })).state;
  } catch (error) {
    // The kill came between the contract step's commit and its being noted as the end.
    if (!(error instanceof Error && Reflect.get(error, "code") === "past-the-point-of-no-return"))
      throw error;
    return (await resumeChange({ connection })).state;
  }
}

async function runChild(order: {
  command: "ship" | "resume" | "rollback";
  connection: ClientConfig;
  killAtEvent: number;
  killAfterMs: number;
}): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "ship-child.ts"), JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal === "SIGKILL") return true;
  // The contract step was committed before the first kill.
  if (code === 0 || complaint.includes("past-the-point-of-no-return")) return false;
  throw new Error(`the process ended with ${String(code)}: ${complaint}`);
}

/** The state of the change once no server process of a killed executor is at its last statement any more. */
async function stateOnceFree(connection: ClientConfig): Promise<string> {
  for (let looks = 0; looks < 500; looks += 1) {
    const { change, executor } = await shipStatus({ connection });
    if (executor === null) return change?.state ?? "nothing";
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the killed executor's lock stayed");
}

/** Rows and catalog of everything that is not Interlock's own, as one number. */
export async function fingerprint(connection: ClientConfig): Promise<string> {
  return withClient(connection, async (client) => {
    const columns = await client.query(
      `select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull,
              pg_get_expr(d.adbin, d.adrelid) as value
         from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum order by 1, 3`,
    );
    const rest = await client.query(
      `select 'constraint' as kind, conname as name, pg_get_constraintdef(oid) as text from pg_constraint where connamespace = 'public'::regnamespace
       union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
       union all select 'index', c.relname, pg_get_indexdef(i.indexrelid) || i.indisvalid::text
                   from pg_index i join pg_class c on c.oid = i.indexrelid and c.relnamespace = 'public'::regnamespace
       union all select 'routine', proname, pg_get_functiondef(oid) from pg_proc
                  where pronamespace::regnamespace::text in ('public', 'interlock') and prokind = 'f'
       order by 1, 2`,
    );
    const rows = await client.query("select to_jsonb(payments) as row from payments order by id");
    const all = JSON.stringify([columns.rows, rest.rows, rows.rows]);
    return createHash("sha256").update(all).digest("hex").slice(0, 16);
  });
}

async function withClient<T>(connection: ClientConfig, run: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(connection);
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

/** A small generator of numbers from 0 to 1 (mulberry32), so that a seed says where a run was killed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
