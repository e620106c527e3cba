// Ships the example change, or resumes or rolls it back, in a process of its own that kills itself without a word
// where its seed says: `node ship-child.ts '{"command":"ship","connection":…,"killAtEvent":7,"killAfterMs":3}'`.
import { paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { resumeChange } from "../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";

interface Order {
  command: "ship" | "resume" | "rollback";
  connection: object;
  killAtEvent: number;
  killAfterMs: number;
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
let events = 0;
const options = {
  connection: order.connection,
  // Many small batches: more places to be killed at.
  backfill: { batchMs: 8 },
  on: (): void => {
    events += 1;
    if (events !== order.killAtEvent) return;
    if (order.killAfterMs === 0) process.kill(process.pid, "SIGKILL");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), order.killAfterMs);
  },
};
if (order.command === "ship") await shipChange({ ...options, plan: paidStatusPlan() });
else if (order.command === "resume") await resumeChange(options);
else await rollbackChange(options);
