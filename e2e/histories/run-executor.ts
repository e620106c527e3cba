import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { resumeChange } from "../../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import type { Ended, Order } from "./order.ts";

/** Carries an order out: in this process, or where it is to be killed in one of its own. Tells of every event. */
export async function runExecutor(order: Order, onEvent: (type: string) => void): Promise<Ended> {
  return order.killAtEvent === 0 ? runHere(order, onEvent) : runChild(order, onEvent);
}

async function runHere(order: Order, onEvent: (type: string) => void): Promise<Ended> {
  const options = { ...order.options, on: ({ type }: { type: string }) => onEvent(type) };
  try {
    if (order.command === "ship") return await shipChange({ ...options, plan: order.plan, to: order.to });
    if (order.command === "resume") return await resumeChange({ ...options, to: order.to });
    return await rollbackChange(options);
  } catch (error) {
    if (error instanceof Failure) {
      return { code: error.code, message: `${error.message} ${error.why ?? ""}` };
    }
    throw error;
  }
}

async function runChild(order: Order, onEvent: (type: string) => void): Promise<Ended> {
  const directory = await mkdtemp(join(tmpdir(), "il-order-"));
  try {
    const path = join(directory, "order.json");
    await writeFile(path, JSON.stringify(order));
    const child = spawn(process.execPath, [join(import.meta.dirname, "ship-child.ts"), path], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let complaint = "";
    let ended: Ended | undefined;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [kind = "", ...rest] = line.split(" ");
      if (kind === "event") onEvent(rest.join(" "));
      if (kind === "state") ended = { state: rest.join(" ") };
      if (kind === "failure") ended = JSON.parse(rest.join(" ")) as Ended;
    });
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    if (signal === "SIGKILL") return "killed";
    if (ended === undefined) throw new Error(`the executor ended with ${String(code)}: ${complaint}`);
    return ended;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
