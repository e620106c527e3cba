import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { openShadow } from "pg-interlock/shadow";
import { changes } from "../changes/changes.ts";
import { databaseUrl } from "../database/database-url.ts";
import { readFlags } from "../platform/flags.ts";
import { linkWorkloads, recordingOf } from "./recordings.ts";
import { openStructures, testingIbanKey } from "./structures.ts";

// Records what each app version sends to the database, by running it on the structure it was written for
// with `interlock record` in between. The values that are kept are those of test data.
//   --only 2.6.0: that release of the app; --only terminals: the terminals
const { only } = readFlags(["only"]);
const exercise = fileURLToPath(new URL("../exercise/main.ts", import.meta.url));
const interlock = fileURLToPath(
  new URL("bin/interlock.js", import.meta.resolve("pg-interlock/package.json")),
);

const first = changes[0]?.from ?? "";
const apps = [first, ...changes.map(({ to }) => to)]
  .map((version) => ({ app: `payments@${version}`, version }))
  .concat({ app: "terminals@1.0.0", version: first })
  .filter(({ app }) => only === undefined || app.split("@").includes(only));
if (apps.length === 0) throw new Error(`there is no release ${only ?? ""}`);

const shadow = await openShadow();
try {
  const structures = openStructures(shadow);
  for (const { app, version } of apps) {
    const { connection, access } = await structures.create(version);
    const command = [process.execPath, "--disable-warning=ExperimentalWarning", exercise, "--app", app];
    const child = spawn(
      process.execPath,
      [
        interlock,
        "record",
        "--app",
        app,
        "--samples",
        "--replace",
        "--out",
        recordingOf(app),
        "--",
        ...command,
      ],
      {
        stdio: ["ignore", "inherit", "inherit"],
        env: {
          ...process.env,
          DATABASE_URL: databaseUrl(connection),
          IBAN_KEY: testingIbanKey,
          SHOP_ACCESS: JSON.stringify(access),
        },
      },
    );
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`recording ${app} ended with ${String(code)}`);
  }
  linkWorkloads();
} finally {
  await shadow.close();
}
