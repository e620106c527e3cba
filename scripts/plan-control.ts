// Plans the migrations of the control database and keeps each plan beside its migration, where a starting server
// finds it: node scripts/plan-control.ts
import { planControl } from "../packages/interlock/src/control/plan-control.ts";

for (const path of await planControl()) process.stdout.write(`${path}\n`);
