import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../std/failure.ts";
import type { Binaries } from "./binaries.ts";
import { cacheDirectory, serverUser } from "./directories.ts";
import { initialise } from "./initialise.ts";
import { own, serverEnvironment } from "./server-user.ts";

/**
 * Fills `data`, an empty folder of the server's user, with what initdb makes. That is made once per version of
 * PostgreSQL, kept in the cache and copied, in half of the time. Only for servers on a unix socket, which
 * have no password. Throws `Failure` "postgres-did-not-start".
 */
export async function copyInitialData({
  binaries,
  data,
}: {
  binaries: Binaries;
  data: string;
}): Promise<void> {
  const kept = join(cacheDirectory(), `initial-data-${binaries.packageVersion}`);
  if (!existsSync(kept)) await make(kept, binaries);
  // As the server's user: the copy is that user's then.
  const child = spawn("cp", ["-R", `${kept}/.`, data], {
    ...serverUser,
    stdio: ["ignore", "ignore", "pipe"],
    env: serverEnvironment(),
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return;
  throw new Failure({
    code: "postgres-did-not-start",
    message: "The data of a new PostgreSQL could not be copied.",
    why: complaint.trim().slice(-2_000),
    state: "Nothing was started.",
    next: `See that there is room on the disk; what is copied is made anew when ${kept} is removed.`,
  });
}

async function make(kept: string, binaries: Binaries): Promise<void> {
  // Made beside its place and renamed: whoever sees the folder sees all of it, even after a crash.
  const staging = `${kept}.${String(process.pid)}`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: 0o700 });
  await own(staging);
  await initialise({
    binaries,
    data: staging,
    listen: "socket",
    password: randomBytes(18).toString("base64url"),
    sync: true,
  });
  try {
    await rename(staging, kept);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another process was first: its folder is as good as ours.
    if (!existsSync(kept)) throw error;
  }
}
