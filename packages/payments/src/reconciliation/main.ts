import { parseArgs } from "node:util";
import { Client } from "pg";
import type { Difference, Summary } from "./check.ts";
import { fetchSettlement, openSettlement } from "./read-settlement.ts";
import { reconcile } from "./reconcile.ts";

// Compares the platform's records with the acquirer's, and names each difference.
//   --database URL (or DATABASE_URL)   --settlement FILE | --acquirer URL
//   --from TIME   --until TIME: compares only what was decided between them (ISO 8601)
//   --grace-seconds N: what is younger may still be pending (default: 20 minutes, longer than a 3-D Secure challenge)
//   --json: a line of JSON for each difference, and one for the summary
// Ends with 0 when there is no difference, 1 when there are some, 2 when it could not compare.
const readOptions = () =>
  parseArgs({
    options: {
      database: { type: "string" },
      settlement: { type: "string" },
      acquirer: { type: "string" },
      from: { type: "string" },
      until: { type: "string" },
      "grace-seconds": { type: "string", default: "1200" },
      json: { type: "boolean", default: false },
    },
  }).values;
type Options = ReturnType<typeof readOptions>;

const write = (text: string): boolean => process.stdout.write(`${text}\n`);

function show({ kind, reference, here, there, action }: Difference): string {
  return `${kind}: ${reference}\n  here: ${here}\n  there: ${there}\n  ${action}`;
}

async function compare(client: Client, options: Options): Promise<Summary> {
  const { settlement, acquirer, from, until } = options;
  if ((settlement === undefined) === (acquirer === undefined)) {
    throw new Error("give either --settlement FILE or --acquirer URL");
  }
  const graceSeconds = Number(options["grace-seconds"]);
  if (!(graceSeconds >= 0)) throw new Error("--grace-seconds takes a number");
  const open =
    acquirer === undefined
      ? () => openSettlement(settlement ?? "")
      : async (end: string) => fetchSettlement(acquirer, { from, until: end });
  const isComplete = acquirer !== undefined;
  const found = reconcile({ client, open, from, until, isComplete, graceSeconds });
  for (;;) {
    const next = await found.next();
    if (next.done === true) return next.value;
    write(options.json ? JSON.stringify(next.value) : show(next.value));
  }
}

try {
  const options = readOptions();
  const connectionString = options.database ?? process.env["DATABASE_URL"];
  if (connectionString === undefined) throw new Error("--database is missing (or set DATABASE_URL)");
  const client = new Client({ connectionString, application_name: "reconciliation" });
  await client.connect();
  try {
    const summary = await compare(client, options);
    const { operations, decisions, differences } = summary;
    write(
      options.json
        ? JSON.stringify(summary)
        : `${String(operations)} operations, ${String(decisions)} decisions: ${String(differences)} differences`,
    );
    process.exitCode = differences > 0 ? 1 : 0;
  } finally {
    await client.end();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
