import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { applyChange, applyMigrations } from "../database/apply-migrations.ts";
import { databaseUrl } from "../database/database-url.ts";
import { addMerchants, issueAccess } from "../seed/access.ts";

// Records what each app version sends to the database, by running it on the structure it was written for
// with `interlock record` in between. The values that are kept are those of test data.
const change = "01-paid-refunded-to-status";
const workloads = new URL(`../../changes/${change}/workloads/`, import.meta.url);
const exercise = fileURLToPath(new URL("../exercise/main.ts", import.meta.url));
const interlock = fileURLToPath(new URL("../../../interlock/bin/interlock.js", import.meta.url));

const shadow = await openShadow();
try {
  await record(shadow, { app: "payments@2.2.0", changed: false });
  await record(shadow, { app: "payments@2.3.0", changed: true });
  await record(shadow, { app: "terminals@1.0.0", changed: false });
} finally {
  await shadow.close();
}

async function record(on: Shadow, { app, changed }: { app: string; changed: boolean }): Promise<void> {
  const connection = on.connection(await on.createDatabase());
  const client = new Client(connection);
  await client.connect();
  await applyMigrations(client);
  await addMerchants(client);
  if (changed) await applyChange(client, change);
  const access = await issueAccess(client);
  await client.end();
  const out = fileURLToPath(new URL(`${app}.json`, workloads));
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", exercise, "--app", app];
  const child = spawn(
    process.execPath,
    [interlock, "record", "--app", app, "--samples", "--replace", "--out", out, "--", ...command],
    {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl(connection),
        SHOP_ACCESS: JSON.stringify(access),
      },
    },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`recording ${app} ended with ${String(code)}`);
}
