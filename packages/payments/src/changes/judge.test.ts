import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ibanKeyOptions } from "../database/iban-key.ts";
import { openStructures, testingIbanKey, type Structures } from "../record/structures.ts";
import { changes } from "./changes.ts";
import { findOrder } from "./find-order.ts";
import { judge } from "./judge.ts";
import { readTable } from "./table.ts";

// All twenty, and running each release on the other's structure, take minutes: PAYMENTS_CHANGES=all.
const all = process.env["PAYMENTS_CHANGES"] === "all";
const some = ["03-language-without-default", "07-notifications-muted"];
const chosen = changes.filter(({ name }) => all || some.includes(name));

let shadow: Shadow;
let structures: Structures;
beforeAll(async () => {
  process.env["PGOPTIONS"] = ibanKeyOptions(testingIbanKey).options;
  process.env["IBAN_KEY"] = testingIbanKey;
  shadow = await openShadow();
  structures = openStructures(shadow);
});
afterAll(async () => shadow.close());

test("changes/README.md speaks of every change", async () => {
  expect([...(await readTable()).keys()]).toEqual(changes.map(({ name }) => name));
});

test.each(chosen.map((change) => [change.name, change] as const))(
  "what changes/README.md says of %s is what Interlock says",
  async (name, change) => {
    const told = (await readTable()).get(name);
    const { evidence, ...said } = await judge(change, shadow);
    const row = { found: all ? await findOrder(change, structures) : told?.found, ...said };
    // What differs is told with the reasons.
    const why = JSON.stringify(row) === JSON.stringify(told) ? [] : evidence;
    expect({ ...row, why }).toEqual({ ...told, why: [] });
  },
);
