import { Client } from "pg";
import { applyMigrations } from "../database/apply-migrations.ts";
import { numberOf, readFlags, required } from "../platform/flags.ts";
import { addMerchants, issueAccess } from "./access.ts";
import { addHistory } from "./add-history.ts";

// Brings a database to the baseline with a past, and hands out the keys to use it.
//   --database URL (or DATABASE_URL)   --payments N   --journal FILE: the acquirer's journal, to share that past
// Prints one line of JSON with the keys and terminal tokens. Run again it keeps what is there.
const flags = readFlags(["database", "payments", "journal"]);
const started = performance.now();
const client = new Client({ connectionString: required(flags, "database", "DATABASE_URL") });
await client.connect();
try {
  const migrations = await applyMigrations(client);
  await addMerchants(client);
  const payments = await addHistory(client, {
    payments: numberOf(flags, "payments", 200_000),
    journal: flags["journal"],
  });
  const access = await issueAccess(client);
  const seconds = Math.round(performance.now() - started) / 1_000;
  process.stdout.write(
    `${JSON.stringify({ ready: true, process: "seed", migrations, payments, seconds, access })}\n`,
  );
} finally {
  await client.end();
}
