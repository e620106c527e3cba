import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Client } from "pg";

const run = promisify(execFile);
const dumpTimeoutMs = 5 * 60_000;
const mostBytes = 256 * 1024 ** 2;

/** The version of the pg_dump on the PATH: "16.3". Undefined where there is none. */
export async function findPgDump(): Promise<string | undefined> {
  try {
    const { stdout } = await run("pg_dump", ["--version"], { timeout: 10_000 });
    return /(\d+(?:\.\d+)?)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** What a URL says of a connection besides where it goes, and what libpq calls it in the environment. */
const parameters: Readonly<Record<string, string>> = {
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  options: "PGOPTIONS",
  channel_binding: "PGCHANNELBINDING",
};

/**
 * What pg_dump writes of the schema of the database that `client` would be connected to. Address and password go
 * through its environment, since everybody on the machine can read its arguments. Throws an error with the last
 * line of what pg_dump said.
 */
export async function dumpSchema(client: Client, url: string): Promise<string> {
  // A URL without a host, for a socket, is none for `URL`.
  const said = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const passed = Object.entries(parameters).flatMap(([name, variable]) => {
    const value = said.get(name);
    return value === null ? [] : [[variable, value] as const];
  });
  const { user, host, port, database, password } = client;
  try {
    const { stdout } = await run(
      "pg_dump",
      [
        "--schema-only",
        "--no-owner",
        "--no-security-labels",
        "--no-subscriptions",
        "--no-tablespaces",
        "--exclude-schema=interlock",
        "--lock-wait-timeout=2000",
        "--no-password",
      ],
      {
        timeout: dumpTimeoutMs,
        maxBuffer: mostBytes,
        env: {
          ...process.env,
          PGHOST: host,
          PGPORT: String(port),
          ...(user === undefined ? {} : { PGUSER: user }),
          ...(database === undefined ? {} : { PGDATABASE: database }),
          ...(typeof password === "string" ? { PGPASSWORD: password } : {}),
          PGAPPNAME: "interlock",
          ...Object.fromEntries(passed),
        },
      },
    );
    return stdout;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const complaint =
      stderr
        .trim()
        .split("\n")
        .find((line) => line.includes("error:")) ?? "it could not be run";
    throw new Error(complaint.replace(/^.*?error:\s*/, "").replaceAll(/\S*:\/\/\S*/g, "(the URL)"), {
      cause: error,
    });
  }
}
