import { openShadow } from "pg-interlock/shadow";
import { ibanKeyOptions } from "../database/iban-key.ts";
import { readFlags } from "../platform/flags.ts";
import { openStructures, testingIbanKey } from "../record/structures.ts";
import { changes } from "./changes.ts";
import { findOrder } from "./find-order.ts";
import { judge } from "./judge.ts";
import { writeRow } from "./table.ts";

// Finds out about every change in which order it can be deployed, has Interlock check and plan it, and writes both
// into changes/README.md.
//   --only 07-notifications-muted: that one
const { only } = readFlags(["only"]);
const chosen = changes.filter(({ name }) => only === undefined || name === only);
if (chosen.length === 0) throw new Error(`there is no change ${only ?? ""}`);
process.env["IBAN_KEY"] = testingIbanKey;
// What every session of Interlock's is opened with.
process.env["PGOPTIONS"] = ibanKeyOptions(testingIbanKey).options;

const shadow = await openShadow();
try {
  const structures = openStructures(shadow);
  for (const change of chosen) {
    const found = await findOrder(change, structures);
    const { evidence, ...said } = await judge(change, shadow);
    await writeRow(change.name, { found, ...said });
    process.stdout.write(`${JSON.stringify({ change: change.name, found, ...said, evidence }, null, 2)}\n`);
  }
} finally {
  await shadow.close();
}
