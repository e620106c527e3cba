import { askGate } from "../gate/ask-gate.ts";
import { answerGithubRequests } from "../gate/github/answer-requests.ts";
import type { Work } from "../control/work.ts";
import { rehearsalWork } from "../evidence/rehearsal-worker.ts";
import { pollEnvironments } from "../gate/poll-environments.ts";
import { remindExpiringWork } from "../gate/remind-expiring.ts";
import { notifyWork } from "../notify/notify-work.ts";
import { forgetUnconfirmedWork } from "../notify/subscription/forget-unconfirmed.ts";
import { detectionWork } from "../incident/detection/detection-work.ts";
import { probeWork, superviseProbes } from "../probe/probe-work.ts";
import { alarmSignalsWork } from "../signal/alarm-signals.ts";
import { importTimelineWork } from "../incident/import-timeline.ts";
import { maintenanceWork } from "../incident/maintenance/progress-maintenances.ts";
import { escalateWork } from "../incident/unit/escalate-calls.ts";
import { shipWork } from "../shipment/ship-work.ts";
import { bucketWork, publishWork } from "../statuspage/publish-work.ts";
import { makeBucketWriter } from "../statuspage/write/bucket-writer.ts";
import { keepPhasesWork } from "../postmortem/figures/keep-phases.ts";
import { remindActionsWork } from "../postmortem/actions/remind-actions.ts";
import type { Services } from "./services.ts";
import { shipmentServices } from "./shipment-services.ts";
import { watchWork } from "./watch-work.ts";

/** What every server does in the background, one line each. */
export function workOfEveryServer(services: Services): Work[] {
  const { control } = services;
  return [
    rehearsalWork({ control }),
    shipWork(shipmentServices(services)),
    probeWork(services),
    ...notifyWork(services),
    publishWork(services.publication, services.feed),
  ];
}

/** What only one of the servers does at a time, the leader, one line each. */
export function workOfLeader(services: Services): Work[] {
  return [
    pollEnvironments(services.evidence, services.log),
    remindExpiringWork(services),
    remindActionsWork(services),
    keepPhasesWork(services),
    watchWork(services),
    escalateWork(services),
    maintenanceWork(services),
    importTimelineWork(services),
    alarmSignalsWork(services),
    superviseProbes(services),
    forgetUnconfirmedWork(services),
    ...bucketWorkOf(services),
    detectionWork(services),
    ...githubWork(services),
  ];
}

function bucketWorkOf({ publication, statuspage }: Services): Work[] {
  if (statuspage.bucket === null) return [];
  return [bucketWork(publication, makeBucketWriter(statuspage.bucket))];
}

function githubWork(services: Services): Work[] {
  const { control, log, github: settings } = services;
  if (settings === null) return [];
  return [answerGithubRequests({ control, log, settings, ask: (question) => askGate(services, question) })];
}
