import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { resumeChange } from "../../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import { shipStatus } from "../../packages/interlock/src/ship/ship-status.ts";
import { withClient, type ClientConfig } from "./connections.ts";
import { fingerprint } from "./fingerprint.ts";
import { placeOf, randomOf, type KillPlace } from "./kill-at.ts";
import type { Databases, Reference } from "./reference.ts";
import type { Order } from "./ship-child.ts";

export interface KilledRun {
  seed: number;
  change: string;
  /** Where the kills left it, in order: `migrating`, `rolling-back`. */
  killedWhile: string[];
  /** The states of the steps that were under way: `index running`. */
  state: string;
}

/** States in which the old version works, and writes. */
const oldWorks = ["nothing", "expanding", "expanded", "migrating", "ready"];

/**
 * Ships in a process that is killed with SIGKILL at a place in its conversation with the server that the seed chooses,
 * resumes or rolls back in one that may be killed as well, and brings it to an end. Throws when what is left differs
 * from a run that nobody killed.
 */
export async function runKilled(
  databases: Databases,
  { reference, seed, place }: { reference: Reference; seed: number; place?: KillPlace },
): Promise<KilledRun> {
  const { change, ends, messages, planFile } = reference;
  const random = randomOf(seed);
  const database = await databases.createDatabase({ template: reference.template });
  const connection = databases.connection(database);
  const killedWhile: string[] = [];
  const kill = async (command: Order["command"], at: KillPlace): Promise<void> => {
    if (await runChild({ command, plan: planFile, connection, place: at }))
      killedWhile.push(await stateOnceFree(connection));
  };
  try {
    await kill("ship", place ?? placeOf(random, messages.ship));
    const written = random() < 0.5 && oldWorks.includes(await stateOnceFree(connection));
    if (written) await withClient(connection, (client) => client.query(change.writes));
    const back = random() < 0.4;
    const open = !["nothing", "done", "contracting"].includes(await stateOnceFree(connection));
    if (random() < 0.5 && open) {
      const command = back ? "rollback" : "resume";
      await kill(command, placeOf(random, back ? messages.rollback : messages.ship));
    }
    const state = await finish(connection, { back, reference });
    const left = await fingerprint(connection);
    const expected = ends[state === "rolled-back" ? state : "done"][written ? "written" : "plain"];
    if (left !== expected)
      throw new Error(
        `${change.name}: ${state} after ${killedWhile.join(", ")} left ${left} and not ${expected}`,
      );
    return { seed, change: change.name, killedWhile, state };
  } finally {
    await databases.dropDatabase(database);
  }
}

/** Brings a change to its end, in this process and without a kill. Returns the state that it ends in. */
export async function finish(
  connection: ClientConfig,
  { back, reference }: { back: boolean; reference: Reference },
): Promise<string> {
  const state = await stateOnceFree(connection);
  if (state === "done" || state === "rolled-back") return state;
  if (state === "nothing") return (await shipChange({ plan: reference.change.plan, connection })).state;
  if (!back || state === "rolling-back") return (await resumeChange({ connection })).state;
  try {
    return (await rollbackChange({ connection, acceptLoss: true })).state;
  } catch (error) {
    if (!(error instanceof Error && Reflect.get(error, "code") === "past-the-point-of-no-return"))
      throw error;
    return (await resumeChange({ connection })).state;
  }
}

/** Whether the process was killed before it came to its end. */
async function runChild(order: Order): Promise<boolean> {
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
export async function stateOnceFree(connection: ClientConfig): Promise<string> {
  for (let looks = 0; looks < 500; looks += 1) {
    const { change, executor } = await shipStatus({ connection });
    if (executor === null) return change?.state ?? "nothing";
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the killed executor's lock stayed");
}
