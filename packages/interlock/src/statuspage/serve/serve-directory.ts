import { sleep } from "../../std/sleep.ts";
import { readSiteDirectory, signatureOf } from "../write/read-directory.ts";
import { serveSite, type ServedSite } from "./served-site.ts";

/** How often a directory is looked at. An update is to be seen within five seconds. */
const lookEveryMs = 500;

/** A site in memory that follows a directory. */
export interface FollowedDirectory {
  readonly served: ServedSite;
  /** Follows it until the signal is aborted. */
  follow(signal: AbortSignal): Promise<void>;
}

/**
 * Reads a directory and follows it. A set of files is taken as a whole when it is what the manifest says; while
 * somebody is writing, and when a writer died half-way, the one before is served on. At first whatever is there is
 * better than nothing.
 */
export async function followDirectory(directory: string): Promise<FollowedDirectory> {
  let signature = await signatureOf(directory);
  const first = await readSiteDirectory(directory);
  let served = serveSite(first.site);
  const look = async (): Promise<void> => {
    const now = await signatureOf(directory);
    if (now === signature) return;
    const { site, isWhole } = await readSiteDirectory(directory);
    // The disk went away, or it is being written.
    if (site.size === 0 || (!isWhole && hasManifest(now))) return;
    served = serveSite(site, served);
    signature = now;
  };
  return {
    get served() {
      return served;
    },
    async follow(signal) {
      while (!signal.aborted) {
        await sleep(lookEveryMs, signal).catch(() => undefined);
        await look().catch(() => undefined);
      }
    },
  };
}

/** Without a manifest a signature names files. */
function hasManifest(signature: string): boolean {
  return /^\d+ \d+ \d+$/.test(signature);
}
