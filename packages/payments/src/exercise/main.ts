import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFlags, required } from "../platform/flags.ts";
import type { Access } from "../seed/access.ts";
import { exercisePayments } from "./exercise-payments.ts";
import { exerciseTerminals } from "./exercise-terminals.ts";

// Has one app version send every statement it has, by using it: what a recorder listens to.
//   --app payments@2.2.0 | terminals@1.0.0   DATABASE_URL: on the structure of that version
//   SHOP_ACCESS: the keys and tokens, as JSON
const app = required(readFlags(["app"]), "app");
const access = JSON.parse(process.env["SHOP_ACCESS"] ?? "{}") as Access;
const directory = await mkdtemp(join(tmpdir(), "payments-exercise-"));
try {
  const journal = join(directory, "journal.sqlite");
  const [name, version = ""] = app.split("@");
  if (name === "payments") await exercisePayments({ version, journal, access });
  else if (name === "terminals") await exerciseTerminals({ journal, access });
  else throw new Error(`there is no app ${app}`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
