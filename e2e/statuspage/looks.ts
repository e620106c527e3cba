import type { PageModel } from "../../packages/interlock/src/statuspage/page-model.ts";
import {
  cet,
  emptyModel,
  hostileModel,
  largeModel,
  maintenanceModel,
  monitoringModel,
  openModel,
  postmortemModel,
  quietModel,
  resolvedModel,
} from "../../packages/interlock/src/statuspage/testing-models.ts";

/** States of a page that are looked at: by axe in the tests, by people in screenshots. */
export interface Look {
  name: string;
  model: PageModel;
  now: Date;
  paths: readonly string[];
}

const now = cet("15:45");

export const looks: readonly Look[] = [
  {
    name: "quiet",
    model: quietModel(),
    now,
    paths: ["fr/index.html", "fr/subscribe.html", "index.html", "404.html"],
  },
  {
    name: "open",
    model: openModel(),
    now: cet("14:31"),
    paths: ["fr/index.html", "it/incidents/INC-12.html"],
  },
  { name: "monitoring", model: monitoringModel(), now, paths: ["en/index.html"] },
  { name: "resolved", model: resolvedModel(), now, paths: ["fr/index.html", "en/incidents/INC-12.html"] },
  {
    name: "postmortem",
    model: postmortemModel(),
    now: cet("18:00", "2024-12-20"),
    paths: [
      "fr/index.html",
      "fr/incidents/INC-12.html",
      "it/incidents/INC-12.html",
      "fr/history/2024-12.html",
    ],
  },
  {
    name: "maintenance",
    model: maintenanceModel(),
    now,
    paths: ["fr/index.html", "en/maintenance/MNT-14.html"],
  },
  { name: "large", model: largeModel(), now, paths: ["en/index.html", "en/history/2024-10.html"] },
  { name: "empty", model: emptyModel(), now, paths: ["it/index.html"] },
  {
    name: "hostile",
    model: hostileModel(),
    now,
    paths: [
      "fr/index.html",
      "it/index.html",
      "fr/incidents/INC-13.html",
      "en/maintenance/MNT-14.html",
      "fr/subscribe.html",
    ],
  },
];
