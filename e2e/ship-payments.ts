// npm run test:long -- ship [CHANGE…]: every change of the payment platform forward, back, and forward again under
// traffic, with both releases live in between. CHANGE is a number or a name; all of them by default.
import { References } from "../bench/ship/audit.ts";
import { chosenChanges } from "../bench/ship/chosen-changes.ts";
import { faultsOf } from "../bench/ship/faults-of.ts";
import { hurried } from "../bench/ship/pace.ts";
import { planOf } from "../bench/ship/plan-of.ts";
import { shipBothWays } from "../bench/ship/ship-both-ways.ts";
import { openSite } from "../bench/ship/site.ts";
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";

const rates = { shop: 40, terminals: 10, errands: 15 };
/** Changes that the planner rightly refuses, with its code: the new release may write what the old one's index forbids. */
const refusedRightly: Readonly<Record<string, string>> = {
  "15-cards-saved-once-per-customer": "cannot-plan",
};

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const shadow = await openShadow();
const site = await openSite({ payments: 10_000 });
try {
  const references = new References(site);
  for (const change of chosenChanges(process.argv.slice(2))) {
    const planned = await planOf(change, shadow);
    if ("refusal" in planned) {
      say(`${change.name}: not planned (${planned.refusal.code})\n  ${planned.refusal.message}`);
      if (planned.refusal.code !== refusedRightly[change.name]) process.exitCode = 1;
      continue;
    }
    const pace = { ...hurried, bothMs: 2_500 };
    const outcome = await shipBothWays({ site, references, change, rates, pace }, planned.plan);
    const faults = faultsOf(outcome);
    const made = outcome.phases.reduce((sum, phase) => sum + phase.made, 0);
    const { rows = 0, objects = 0 } = outcome.audit?.compared ?? {};
    say(
      `${change.name}: ${String(made)} payments and errands, ${String(rows)} rows and ${String(objects)} objects compared, ${faults.length === 0 ? "nobody noticed" : `${String(faults.length)} faults`}`,
    );
    for (const fault of faults) say(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
} finally {
  await site.close();
  await shadow.close();
}
