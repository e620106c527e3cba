import type { EnvironmentView } from "../evidence/read-environment.ts";
import type { Fit } from "./facts.ts";
import { fitAt } from "./fit-at.ts";
import { stageIn } from "./possible-stages.ts";

/** A live version on a database where it does not work: the one half of a change is there without the other. */
export interface PartialDeployment {
  database: string;
  appVersion: string;
  why: string;
}

/** Whether a version works on the structure that a database has now, as far as it is known. */
export interface FitNow {
  fit: Fit;
  why: string;
}

type View = Pick<EnvironmentView, "changes" | "prepares" | "databases" | "versions" | "alarms">;

/** Every live version on every database. */
export function findPartialDeployments(view: View): PartialDeployment[] {
  return view.versions.flatMap(({ appVersion }) =>
    view.databases.flatMap(({ name: database }) => {
      const { fit, why } = fitNow(view, { appVersion, database });
      return fit === "breaks" ? [{ database, appVersion, why }] : [];
    }),
  );
}

/**
 * Breaks where a rehearsal says so of a stage that a change is at, where its statements do not prepare, or where an
 * alarm is open; works where its statements prepare and no change that is under way leaves it open.
 */
export function fitNow(
  { changes, prepares, alarms }: View,
  { appVersion, database }: { appVersion: string; database: string },
): FitNow {
  const shown = changes.flatMap((change) => {
    const stage = stageIn(change, database);
    const found = fitAt(change, appVersion, stage);
    const isUnderWay = stage !== "before" && stage !== "after" && change.closedAs === null;
    const about = `${change.title} (${change.change}), which is at ${stage}: `;
    return found.fit === "breaks" || (isUnderWay && found.fit === "unknown")
      ? [{ fit: found.fit, why: `${about}${found.why}` }]
      : [];
  });
  const prepared = prepares.get(appVersion)?.get(database) ?? {
    fit: "unknown" as const,
    why: "its workload was not pushed",
  };
  const alarm = alarms.find((one) => one.database === database && one.appVersion === appVersion);
  const alarmed: FitNow[] =
    alarm === undefined
      ? []
      : [{ fit: "breaks", why: `statements do not prepare: ${alarm.statements.join(", ")}` }];
  const all = [...shown, ...alarmed, prepared];
  return (
    all.find(({ fit }) => fit === "breaks") ??
    all.find(({ fit }) => fit === "unknown") ?? { fit: "works", why: "" }
  );
}
