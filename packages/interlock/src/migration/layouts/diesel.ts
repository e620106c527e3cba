import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dieselHistory } from "../history/diesel.ts";
import { whole, type Delivery, type Layout } from "./layout.ts";

/** `2024-01-02-000000_create/up.sql` beside `down.sql`. The version is what stands before the first underscore. */
export const diesel: Layout = {
  name: "Diesel",
  owns: ({ name }) => name === "up.sql" || name === "down.sql",
  goesUp: (name) => name === "up.sql",
  isFolder: true,
  version: (folder) => [folder.split("_")[0]?.replaceAll("-", "") ?? "", folder],
  upPart: whole("transaction"),
  readDelivery,
  history: dieselHistory,
  outsideTransaction:
    "Put it alone into a migration whose folder holds a metadata.toml with: run_in_transaction = false",
};

async function readDelivery(path: string): Promise<Delivery | undefined> {
  const settings = await readFile(join(dirname(path), "metadata.toml"), "utf8").catch(() => "");
  return /^\s*run_in_transaction\s*=\s*false\b/m.test(settings) ? "one-query" : undefined;
}
