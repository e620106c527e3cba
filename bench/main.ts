// `npm run bench -- NAME`: measures one thing and writes what it measured to bench/results/.
import { messageOf } from "../packages/interlock/src/std/failure.ts";

const benches: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  backfill: () => import("./backfill/run.ts"),
  "check-speed": () => import("./check-speed/run.ts"),
  detection: () => import("./detection/run.ts"),
  gate: () => import("./gate/run.ts"),
  notify: () => import("./notify/run.ts"),
  operations: () => import("./operations/run.ts"),
  payments: () => import("./payments/run.ts"),
  plans: () => import("./plans/run.ts"),
  replay: () => import("./replay/run.ts"),
  ship: () => import("./ship/run.ts"),
  sync: () => import("./sync/run.ts"),
  statuspage: () => import("./statuspage/run.ts"),
  verdicts: () => import("./verdicts/run.ts"),
};

const [name = ""] = process.argv.slice(2);
const load = benches[name];
if (load === undefined) {
  process.stderr.write(`There is no bench "${name}". Those there are: ${Object.keys(benches).join(", ")}.\n`);
  process.exitCode = 2;
} else {
  try {
    const bench = await load();
    await bench.run();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 2;
  }
}
