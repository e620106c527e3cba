// Plans the migrations of the control database and keeps each plan beside its migration, where a starting server
// finds it: node scripts/plan-control.ts
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { planControl } from "../packages/interlock/src/control/plan-control.ts";

const written = await planControl();
execFileSync(join(import.meta.dirname, "../node_modules/.bin/oxfmt"), written, { stdio: "ignore" });
for (const path of written) process.stdout.write(`${path}\n`);
