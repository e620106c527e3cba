import { readFile } from "node:fs/promises";
import { flywayHistory } from "../history/flyway.ts";
import { whole, type Delivery, type Layout } from "./layout.ts";

/**
 * `V1.2__what.sql` in the order of their versions, then repeatable `R__what.sql`. `U1.2__what.sql` undoes, and
 * `B1.2__what.sql` is what a new database begins with. A file runs in a transaction, or outside one where all of
 * its statements want that.
 */
export const flyway: Layout = {
  name: "Flyway",
  owns: ({ name }) => /^([VUB]\d[\d._]*|R)__.+\.sql$/.test(name),
  goesUp: (name) => /^[VRB]/.test(name),
  version: (name) => {
    const version = /^[VB]([\d._]+?)__/.exec(name)?.[1];
    if (version === undefined) return [Number.MAX_SAFE_INTEGER, name];
    return version.split(/[._]/).map(Number);
  },
  replacesEarlier: ({ name }) => name.startsWith("B"),
  upPart: whole("unmixed"),
  readDelivery,
  history: flywayHistory,
  outsideTransaction:
    "Flyway runs a file outside a transaction where each of its statements wants that: put it into a file of its own.",
};

/** `V1__what.sql.conf` beside a migration. */
async function readDelivery(path: string): Promise<Delivery | undefined> {
  const settings = await readFile(`${path}.conf`, "utf8").catch(() => "");
  const value = /^\s*executeInTransaction\s*=\s*(true|false)\b/im.exec(settings)?.[1]?.toLowerCase();
  if (value === undefined) return undefined;
  return value === "true" ? "transaction" : "each-by-itself";
}
