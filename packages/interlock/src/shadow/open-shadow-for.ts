import { Failure } from "../std/failure.ts";
import { isAtHand } from "./binaries.ts";
import { bundledMajor, nearestMajor, type Major } from "./major.ts";
import { openShadow, type Shadow } from "./open-shadow.ts";

/**
 * The embedded shadow of the version `postgres`, or of the one that is most like the server of version `target`. Where
 * that one was not asked for by name and can't be had, it is the one that comes with this program. Throws as
 * `openShadow` does.
 */
export async function openShadowFor({
  postgres,
  target,
  keepMs,
  notice,
}: {
  postgres: Major | undefined;
  target: string | undefined;
  keepMs: number | undefined;
  /** Told what takes long. */
  notice: ((text: string) => void) | undefined;
}): Promise<Shadow> {
  const kept = keepMs === undefined ? {} : { keepMs };
  const major = postgres ?? (target === undefined ? undefined : nearestMajor(target));
  if (major === undefined) return openShadow(kept);
  if (!(await isAtHand(major))) {
    notice?.(`Fetching PostgreSQL ${String(major)} (once) …`);
  }
  try {
    return await openShadow({ ...kept, major });
  } catch (error) {
    const isMissing = error instanceof Failure && error.code === "postgres-not-fetched";
    if (!isMissing || postgres !== undefined) throw error;
    notice?.(`${error.message} ${error.why ?? ""} Going on with PostgreSQL ${String(bundledMajor)}.`);
    return openShadow({ ...kept, major: bundledMajor });
  }
}
