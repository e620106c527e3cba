import type { Figures } from "../../api/figures.ts";
import { summaryOf } from "./summary.ts";

const dayMs = 86_400_000;

/** What went out in a time, as far as the keys look at it. */
export interface Delivered {
  from: Date;
  until: Date;
  /** When each deployment came to its end: a release that finished, a shipment that got to its end. */
  deployments: readonly Date[];
  /** Changes that became whole everywhere in this time. */
  changes: readonly { leadMs: number | null; causedIncident: boolean }[];
  /** Of incidents that began in this time: how long until the service was back; null while it is not. */
  restoreMs: readonly (number | null)[];
}

/** The four keys of DORA over a time. Pure. */
export function keysOf({ from, until, deployments, changes, restoreMs }: Delivered): Figures["keys"] {
  const days = Math.max((until.getTime() - from.getTime()) / dayMs, 1 / 24);
  const within = deployments.filter((at) => at >= from && at < until).length;
  const failed = changes.filter(({ causedIncident }) => causedIncident).length;
  return {
    deployments: within,
    deploymentsPerDay: Math.round((within / days) * 1_000) / 1_000,
    leadTime: summaryOf(changes.map(({ leadMs }) => leadMs)),
    changes: changes.length,
    changesThatFailed: failed,
    changeFailureRate: changes.length === 0 ? null : failed / changes.length,
    timeToRestore: summaryOf(restoreMs),
  };
}

/** What each figure means: a figure without its definition says nothing. */
export const definitions: Readonly<Record<string, string>> = {
  detect: "From the start of an incident, as clients felt it, until its first signal.",
  declare: "From the start until the incident was opened.",
  unit: "From the start until the unit of a P1 was opened.",
  firstUpdate: "From the start until the first public update was published.",
  recover: "From the start until the service was back.",
  resolve: "From the start until the end that is told in public.",
  deploymentFrequency:
    "Deployments for each day: releases that finished, and shipments of changes that got to their end.",
  leadTime:
    "From the merge of a change, or from when it was pushed where nobody said when that was, until it was whole: contracted in every database, and its release finished where it comes with one.",
  changeFailureRate:
    "Of the changes that went out, those that are known to have caused an incident. A change that caused one went out when it did, whether or not it was taken back.",
  timeToRestore:
    "From the start of an incident until the service was back, of incidents that began in this time.",
  changeTime:
    "Each moment from merge to contract belongs to one thing: contract, release, migrate, expand, the gate (an answer other than go until the next go), rehearsal; what is left is waiting.",
};
