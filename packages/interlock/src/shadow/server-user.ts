import { chown } from "node:fs/promises";
import { serverUser } from "./directories.ts";

/** Gives a file or folder to the user that servers run as, where that is another one. */
export async function own(path: string): Promise<void> {
  if (serverUser !== undefined) await chown(path, serverUser.uid, serverUser.gid);
}

/** What PostgreSQL's programs see of ours: no credentials, no PG* variables, no locale that the machine may lack. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC" };
}
