// Ships, resumes or rolls back in a process of its own that kills itself without a word where it is told to, and
// says each event in a line: `node ship-child.ts ORDER.json`.
import { readFile } from "node:fs/promises";
import { resumeChange } from "../../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import type { Order } from "./order.ts";

const order = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as Order;
let events = 0;
const options = {
  ...order.options,
  on: ({ type }: { type: string }): void => {
    events += 1;
    process.stdout.write(`event ${type}\n`);
    if (events !== order.killAtEvent) return;
    if (order.killAfterMs === 0) process.kill(process.pid, "SIGKILL");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), order.killAfterMs);
  },
};
try {
  const { state } = await carryOut();
  process.stdout.write(`state ${state}\n`);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stdout.write(
    `failure ${JSON.stringify({ code: error.code, message: error.message, why: error.why })}\n`,
  );
}

function carryOut(): Promise<{ state: string }> {
  if (order.command === "ship") return shipChange({ ...options, plan: order.plan, to: order.to });
  if (order.command === "resume") return resumeChange({ ...options, to: order.to });
  return rollbackChange(options);
}
