// Ships the example change in a process of its own and kills itself, without a word, where its seed says:
// `node ship-child.ts '{"connection":…,"killAtEvent":7,"killAfterMs":3}'`.
import { paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";

interface Order {
  connection: object;
  killAtEvent: number;
  killAfterMs: number;
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
let events = 0;
await shipChange({
  plan: paidStatusPlan(),
  connection: order.connection,
  // Many small batches: more places to be killed at.
  backfill: { batchMs: 8 },
  on: () => {
    events += 1;
    if (events !== order.killAtEvent) return;
    if (order.killAfterMs === 0) process.kill(process.pid, "SIGKILL");
    setTimeout(() => process.kill(process.pid, "SIGKILL"), order.killAfterMs);
  },
});
