import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { Failure } from "../std/failure.ts";
import type { Binaries } from "./binaries.ts";
import { serverUser } from "./directories.ts";
import { majorOf } from "./major.ts";
import { own, serverEnvironment } from "./server-user.ts";

/**
 * Makes the data of a new PostgreSQL in `data`, an empty folder of the server's user. Throws `Failure`
 * "postgres-did-not-start", and leaves no folder then.
 */
export async function initialise(to: {
  binaries: Binaries;
  data: string;
  listen: "socket" | "tcp";
  password: string;
  /** Whether it has reached the disk when this returns. */
  sync?: boolean;
}): Promise<void> {
  const passwordFile = `${to.data}.password`;
  await writeFile(passwordFile, to.password, { mode: 0o600 });
  await own(passwordFile);
  const child = spawn(
    to.binaries.initdb,
    [
      "--pgdata",
      to.data,
      "--username",
      "postgres",
      "--pwfile",
      passwordFile,
      "--encoding",
      "UTF8",
      ...localeOptions(majorOf(to.binaries.packageVersion)),
      "--auth-local",
      to.listen === "socket" ? "trust" : "scram-sha-256",
      "--auth-host",
      "scram-sha-256",
      ...(to.sync === true ? [] : ["--no-sync"]),
      "--no-instructions",
    ],
    { ...serverUser, cwd: to.data, stdio: ["ignore", "ignore", "pipe"], env: serverEnvironment() },
  );
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const [code] = (await once(child, "close")) as [number | null];
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    await rm(to.data, { recursive: true, force: true });
    throw new Failure({
      code: "postgres-did-not-start",
      message: "initdb could not make a new PostgreSQL.",
      why: complaint.trim().slice(-2_000),
      state: "Nothing was started.",
      next: "See that there is room on the disk and that the folder can be written to.",
    });
  }
}

/** The order of bytes with the letters of Unicode, whatever the machine has; before 17 it comes from the machine. */
function localeOptions(major: number): string[] {
  if (major >= 17) return ["--locale-provider", "builtin", "--locale", "C.UTF-8"];
  return process.platform === "darwin"
    ? ["--locale", "C", "--lc-ctype", "en_US.UTF-8"]
    : ["--locale", "C.UTF-8"];
}
