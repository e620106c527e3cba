import { afterAll, beforeAll, expect, test } from "vitest";
import { References } from "../bench/ship/audit.ts";
import { faultsOf } from "../bench/ship/faults-of.ts";
import { hurried } from "../bench/ship/pace.ts";
import { planOf } from "../bench/ship/plan-of.ts";
import { shipBothWays } from "../bench/ship/ship-both-ways.ts";
import { openSite, type Site } from "../bench/ship/site.ts";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { changes } from "../packages/payments/src/changes/changes.ts";

// Every change, and with more traffic: npm run test:long -- ship
const longestMs = 400_000;
const sample = ["02-refunds-initiated-by"];

let shadow: Shadow;
let site: Site;
beforeAll(async () => {
  [shadow, site] = await Promise.all([openShadow(), openSite({ payments: 500 })]);
});
afterAll(async () => {
  await site.close();
  await shadow.close();
});

test.each(changes.filter(({ name }) => sample.includes(name)))(
  "$name: forward, back, and forward again under traffic, and nobody notices",
  async (change) => {
    const planned = await planOf(change, shadow);
    if ("refusal" in planned) throw new Error(planned.refusal.message);
    const references = new References(site);
    const rates = { shop: 25, terminals: 5, errands: 10 };
    const outcome = await shipBothWays({ site, references, change, rates, pace: hurried }, planned.plan);
    expect(faultsOf(outcome)).toEqual([]);
    expect(outcome.audit?.compared.objects).toBeGreaterThan(50);
    const made = outcome.phases.reduce((sum, phase) => sum + phase.made, 0);
    expect(made).toBeGreaterThan(100);
  },
  longestMs,
);
