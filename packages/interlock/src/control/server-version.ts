import { version } from "../std/version.ts";

/** What every server's sessions are called, before the @. */
export const serverApp = "interlock-server";

/** The app version of this server: `interlock-server@0.1.0`. */
export function serverVersion(): string {
  return `${serverApp}@${version()}`;
}
