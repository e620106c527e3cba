// Ships a change, or resumes or rolls it back, in a process of its own that kills itself without a word at a place in
// its conversation with the server: `node ship-child.ts '{"command":"ship","plan":"plan.json","connection":…,"place":…}'`.
import { readFileSync } from "node:fs";
import { resumeChange } from "../../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import { watchMessages, type KillPlace } from "./kill-at.ts";

export interface Order {
  command: "ship" | "resume" | "rollback";
  plan: string;
  connection: object;
  place: KillPlace;
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
watchMessages(order.place, () => process.kill(process.pid, "SIGKILL"));
// Many small batches: more places to be killed at.
const options = { connection: order.connection, backfill: { batchMs: 8 } };
if (order.command === "ship")
  await shipChange({ ...options, plan: JSON.parse(readFileSync(order.plan, "utf8")) as Plan });
else if (order.command === "resume") await resumeChange(options);
else await rollbackChange({ ...options, acceptLoss: true });
