import type { Release } from "../api/releases.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { findRelease } from "./find-release.ts";
import { releaseColumns, releaseOf, type ReleaseRow } from "./release.ts";

export interface EndRelease {
  environment: string;
  /** Its id, or `app@version`. */
  release: string;
  caller: Caller;
}

/** Ends a running release in one way or the other; one that was ended in that way already is given back as it is. */
export async function endRelease(
  { control }: { control: Control },
  { environment, release, caller, as }: EndRelease & { as: "finished" | "cancelled" },
): Promise<Release> {
  return control.transact(async ({ query, audit, emit }) => {
    const found = await findRelease(query, { environment, release });
    const [row] = await query<ReleaseRow>(
      `update interlock_control.releases set state = $2::text, ended_at = clock_timestamp(), ended_by = $3::text
        where id = $1::text and state = 'running' returning ${releaseColumns}`,
      [found.id, as, caller.owner],
    );
    if (row === undefined) {
      const now = await findRelease(query, { environment, release: found.id });
      if (now.state === as) return releaseOf(now, new Date());
      throw alreadyEnded(now);
    }
    const ended = releaseOf(row, new Date());
    const detail = { appVersion: ended.appVersion };
    const action = as === "finished" ? "release.finish" : "release.cancel";
    audit({ actor: caller.owner, action, environment, subject: ended.id, detail });
    emit({ kind: `release-${as}`, environment, subject: ended.id, detail });
    return ended;
  });
}

function alreadyEnded({ id, app, version, state, ended_by: by, ended_at: at }: ReleaseRow): Failure {
  return new Failure({
    code: "already-ended",
    message: `The release ${id} of ${app}@${version} was ${state} before.`,
    why: `By ${by ?? "somebody"}, ${at?.toISOString() ?? "at a time that is not known"}.`,
    state: "Nothing was changed.",
    next: `To release it anew: interlock release start ${app}@${version}`,
  });
}
