import { htmlOf } from "../postmortem/markdown.ts";
import type { Localised } from "../api/localised.ts";
import type {
  Impact,
  PageComponent,
  PageIncident,
  PageMaintenance,
  PageModel,
  PageUpdate,
} from "./page-model.ts";

// For tests and pictures only: pages as they could be.

/** A moment of a day in Paris in winter, an hour before UTC. */
export function cet(time: string, day = "2024-12-17"): Date {
  return new Date(`${day}T${time}:00+01:00`);
}

export function component(key: string, names: Localised, more: Partial<PageComponent> = {}): PageComponent {
  return {
    id: `cmp_${key}`,
    key,
    names,
    descriptions: {},
    group: null,
    isGroup: false,
    position: 1,
    onlyShowIfDegraded: false,
    startDate: "2024-01-01",
    createdAt: new Date("2024-01-01T09:00:00Z"),
    updatedAt: new Date("2024-01-01T09:00:00Z"),
    ...more,
  };
}

export function update(
  id: string,
  more: Pick<PageUpdate, "status" | "texts" | "occurredAt"> & Partial<PageUpdate>,
): PageUpdate {
  return {
    id: `upd_${id}`,
    publishedAt: more.occurredAt,
    editedAt: null,
    isBackdated: false,
    notifies: true,
    changes: [],
    ...more,
  };
}

export function incident(
  number: number,
  more: Partial<PageIncident> & Pick<PageIncident, "titles" | "startedAt">,
): PageIncident {
  return {
    id: `inc_${String(number)}`,
    reference: `INC-${String(number)}`,
    number,
    createdAt: more.startedAt,
    updates: [],
    impacts: [],
    status: "investigating",
    priority: "P2",
    category: "production-processing",
    responsibility: "Payplug",
    endedAt: null,
    postmortem: null,
    ...more,
  };
}

export function maintenance(
  number: number,
  more: Partial<PageMaintenance> & Pick<PageMaintenance, "titles" | "scheduledFor" | "scheduledUntil">,
): PageMaintenance {
  return {
    id: `mnt_${String(number)}`,
    reference: `MNT-${String(number)}`,
    number,
    createdAt: new Date("2024-12-10T09:00:00Z"),
    updates: [],
    impacts: [],
    status: "scheduled",
    descriptions: {},
    startedAt: null,
    completedAt: null,
    revision: 1,
    ...more,
  };
}

export function impact(
  key: string,
  status: Impact["status"],
  beganAt: Date,
  endedAt: Date | null = null,
): Impact {
  return { component: `cmp_${key}`, status, beganAt, endedAt };
}

export const paymentApi = component("payment-api", {
  fr: "API de Paiement",
  en: "Payment API",
  it: "API di pagamento",
});
export const terminals = component(
  "terminals",
  {
    fr: "Terminaux de paiement",
    en: "Payment terminals",
    it: "Terminali di pagamento",
  },
  { position: 2 },
);
const portal = component(
  "portal",
  { fr: "Portail marchand", en: "Merchant portal", it: "Portale esercenti" },
  { position: 3 },
);
const payouts = component(
  "payouts",
  { fr: "Virements", en: "Payouts", it: "Bonifici" },
  {
    position: 4,
    descriptions: {
      fr: "Versement des fonds aux commerçants.",
      en: "Funds paid out to merchants.",
      it: "Accredito dei fondi agli esercenti.",
    },
  },
);

/** A page on which all is well. */
export function quietModel(more: Partial<PageModel> = {}): PageModel {
  return {
    page: {
      environment: "production",
      names: { fr: "Payplug", en: "Payplug", it: "Payplug" },
      url: "https://status.example.com",
      timeZone: "Europe/Paris",
      locales: ["fr", "en", "it"],
      responsibility: "Payplug",
    },
    changedAt: cet("09:00"),
    components: [paymentApi, terminals, portal, payouts],
    incidents: [],
    maintenances: [],
    ...more,
  };
}

const titles = {
  fr: "Perturbations sur les paiements e-commerce",
  en: "E-commerce payment disruption",
  it: "Perturbazioni sui pagamenti e-commerce",
};

const identified = update("identified", {
  status: "identified",
  occurredAt: cet("14:30"),
  texts: {
    fr: "Nous avons identifié des difficultés sur le traitement des paiements e-commerce.\nLes terminaux de paiement ne sont pas affectés.\nUne action est en cours pour rétablir le service.",
    en: "We have identified difficulties in the processing of e-commerce payments.\nPayment terminals are not affected.\nWork to restore the service is under way.",
    it: "Abbiamo identificato difficoltà nell’elaborazione dei pagamenti e-commerce.\nI terminali di pagamento non sono interessati.\nÈ in corso un intervento per ripristinare il servizio.",
  },
  changes: [{ component: "cmp_payment-api", from: "operational", to: "major_outage" }],
});

const monitoring = update("monitoring", {
  status: "monitoring",
  occurredAt: cet("14:42"),
  texts: {
    fr: "Le service reprend progressivement.\nNous continuons à surveiller la reprise du service.",
    en: "The service is gradually resuming.\nWe continue to monitor its recovery.",
    it: "Il servizio sta riprendendo gradualmente.\nContinuiamo a monitorare la ripresa del servizio.",
  },
  changes: [{ component: "cmp_payment-api", from: "major_outage", to: "operational" }],
});

const resolved = update("resolved", {
  status: "resolved",
  occurredAt: cet("14:49"),
  texts: {
    fr: "L’incident est maintenant résolu et le service est rétabli.\nNous continuons à surveiller la reprise du service.",
    en: "The incident is now resolved and the service is restored.\nWe continue to monitor its recovery.",
    it: "L’incidente è ora risolto e il servizio è ripristinato.\nContinuiamo a monitorare la ripresa del servizio.",
  },
});

const outage = { titles, priority: "P1", startedAt: cet("14:17"), createdAt: cet("14:18") } as const;

/** The 17 December at 14:31: one update is out. */
export function openModel(): PageModel {
  return quietModel({
    changedAt: cet("14:30"),
    incidents: [
      incident(12, {
        ...outage,
        status: "identified",
        updates: [identified],
        impacts: [
          impact("payment-api", "major_outage", cet("14:17")),
          impact("terminals", "operational", cet("14:17")),
        ],
      }),
    ],
  });
}

/** The 17 December at 14:45: the service has recovered, all three updates but the last are out. */
export function monitoringModel(): PageModel {
  return quietModel({
    changedAt: cet("14:42"),
    incidents: [
      incident(12, {
        ...outage,
        status: "monitoring",
        endedAt: cet("14:37"),
        updates: [monitoring, identified],
        impacts: [
          impact("payment-api", "major_outage", cet("14:17"), cet("14:37")),
          impact("terminals", "operational", cet("14:17")),
        ],
      }),
    ],
  });
}

/** The 17 December when it was over, as it is on the page of the seed. */
export function resolvedModel(more: Partial<PageIncident> = {}): PageModel {
  return quietModel({
    changedAt: cet("14:49"),
    incidents: [
      incident(12, {
        ...outage,
        status: "resolved",
        endedAt: cet("14:37"),
        updates: [resolved, monitoring, identified],
        impacts: [
          impact("payment-api", "major_outage", cet("14:17"), cet("14:37")),
          impact("terminals", "operational", cet("14:17"), cet("14:37")),
        ],
        ...more,
      }),
    ],
  });
}

/** Three days later, with the post-mortem in two languages. */
export function postmortemModel(): PageModel {
  return {
    ...resolvedModel({
      status: "postmortem",
      postmortem: {
        publishedAt: cet("17:02", "2024-12-20"),
        editedAt: null,
        html: { fr: sectionsOf(postmortemFr), en: sectionsOf(postmortemEn) },
      },
    }),
    changedAt: cet("17:02", "2024-12-20"),
  };
}

/** Every section below its heading, as a post-mortem is rendered. */
function sectionsOf(markdown: string): string {
  return markdown
    .split(/^## /m)
    .filter((section) => section !== "")
    .map((section) => {
      const [heading = "", ...lines] = section.split("\n");
      return `<section><h3>${heading}</h3>\n${htmlOf(lines.join("\n"))}</section>`;
    })
    .join("\n");
}

const postmortemFr = `## Impact client

Service interrompu pendant 20 minutes.

## Synthèse

- 14:08 : première partie d’une évolution mise en production
- 14:17 : début de l’incident
- 14:24 : seconde partie mise en production
- 14:37 : reprise du service

## Cause racine

Seul le changement structurel avait été déployé ; l’application en place n’y était pas adaptée.

## Actions

| Symptôme | Action | Échéance |
|---|---|---|
| Déploiement partiel | Blocage temporaire des changements de ce type | 31 janvier 2025 |
| Correctif lent à appliquer | Revue complète du processus de déploiement | 31 mars 2025 |
`;
const postmortemEn = `## Client impact

Service interrupted for 20 minutes.

## Overview

- 14:08: first part of an update deployed
- 14:17: the incident begins
- 14:24: second part deployed
- 14:37: service restored

## Root cause

Only the structural change had been deployed; the running application did not fit it.

## Actions

| Symptom | Action | Due |
|---|---|---|
| Partial deployment | Temporary block on changes of this kind | 31 January 2025 |
| Slow correction | Full review of the deployment process | 31 March 2025 |
`;

/** One maintenance under way, one to come, one called off. */
export function maintenanceModel(): PageModel {
  const words = {
    fr: "Mise à jour de la base de données",
    en: "Database upgrade",
    it: "Aggiornamento del database",
  };
  const descriptions = {
    fr: "Les virements peuvent être retardés de quelques minutes.",
    en: "Payouts may be delayed by a few minutes.",
    it: "I bonifici possono subire un ritardo di qualche minuto.",
  };
  return quietModel({
    changedAt: cet("02:05"),
    maintenances: [
      maintenance(15, {
        titles: words,
        descriptions,
        scheduledFor: cet("02:00", "2025-01-14"),
        scheduledUntil: cet("04:00", "2025-01-14"),
        impacts: [
          impact("payouts", "under_maintenance", cet("02:00", "2025-01-14"), cet("04:00", "2025-01-14")),
        ],
      }),
      maintenance(14, {
        titles: words,
        descriptions,
        status: "cancelled",
        scheduledFor: cet("02:00", "2024-12-24"),
        scheduledUntil: cet("04:00", "2024-12-24"),
        revision: 3,
      }),
      maintenance(13, {
        titles: words,
        descriptions,
        status: "in_progress",
        scheduledFor: cet("02:00"),
        scheduledUntil: cet("04:00"),
        startedAt: cet("02:05"),
        impacts: [impact("payouts", "under_maintenance", cet("02:05"))],
        updates: [
          update("begun", {
            status: "in_progress",
            occurredAt: cet("02:05"),
            texts: {
              fr: "La maintenance a commencé.",
              en: "The maintenance has begun.",
              it: "La manutenzione è iniziata.",
            },
          }),
        ],
      }),
    ],
  });
}

const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&\u0007]]><!-- \u202Eright to left`;

/** HTML, script, control characters and the longest words in every field. */
export function hostileModel(): PageModel {
  const texts = { fr: evil, en: `${evil} ${"W".repeat(300)}`, it: `שלום עולם ${evil}` };
  const model = resolvedModel();
  const key = "payment-api";
  return {
    ...model,
    page: { ...model.page, names: texts },
    components: [component(key, texts, { descriptions: texts }), component("terminals", { it: evil })],
    incidents: [
      incident(13, {
        titles: texts,
        startedAt: cet("15:00"),
        responsibility: evil,
        category: "other",
        status: "investigating",
        updates: [
          update("edited", {
            status: "investigating",
            occurredAt: cet("15:00"),
            publishedAt: cet("15:20"),
            editedAt: cet("15:30"),
            isBackdated: true,
            texts,
          }),
          update("one-language", { status: "investigating", occurredAt: cet("14:59"), texts: { it: evil } }),
        ],
        impacts: [impact(key, "partial_outage", cet("15:00"))],
        postmortem: {
          publishedAt: cet("16:00"),
          editedAt: cet("17:00"),
          html: {
            fr: sectionsOf(
              `## Impact client\n\n# ${evil}\n\n[link](javascript:alert(1)) ![x](https://evil.example/x.png)\n\n| a |\n|---|\n| ${evil.replaceAll("|", "")} |`,
            ),
          },
        },
      }),
      ...model.incidents,
    ],
    maintenances: [
      maintenance(14, {
        titles: texts,
        descriptions: texts,
        scheduledFor: cet("02:00", "2025-01-14"),
        scheduledUntil: cet("04:00", "2025-01-14"),
        impacts: [impact(key, "under_maintenance", cet("02:00", "2025-01-14"), cet("04:00", "2025-01-14"))],
      }),
    ],
  };
}

/** Thirty components in five groups, with trouble here and there. */
export function largeModel({ groups = 5, members = 6 } = {}): PageModel {
  const components = Array.from({ length: groups }, (_, group) => {
    const key = `group-${String(group)}`;
    const number = String(group + 1);
    return [
      component(
        key,
        { fr: `Région ${number}`, en: `Region ${number}`, it: `Regione ${number}` },
        { isGroup: true },
      ),
      ...Array.from({ length: members }, (__, member) =>
        component(
          `service-${String(group)}-${String(member)}`,
          {
            fr: `Service de traitement des paiements ${number}.${String(member + 1)}`,
            en: `Payment processing service ${number}.${String(member + 1)}`,
            it: `Servizio di elaborazione dei pagamenti ${number}.${String(member + 1)}`,
          },
          { group: `cmp_${key}`, startDate: member === 5 ? "2024-11-20" : "2024-01-01" },
        ),
      ),
    ];
  }).flat();
  const leaves = components.filter(({ isGroup }) => !isGroup);
  const statuses = ["degraded_performance", "partial_outage", "major_outage"] as const;
  const past = Array.from({ length: 24 }, (_, index) => {
    const leaf = leaves[(index * 7) % leaves.length]?.key ?? "";
    const day = new Date(Date.UTC(2024, 11, 16 - index * 3, 9 + (index % 8)));
    const ended = new Date(day.getTime() + (10 + index * 7) * 60_000);
    return incident(200 - index, {
      titles: { fr: "Lenteurs sur les paiements", en: "Slow payments", it: "Lentezza dei pagamenti" },
      startedAt: day,
      endedAt: ended,
      status: "resolved",
      impacts: [impact(leaf, statuses[index % 3] ?? "major_outage", day, ended)],
      updates: [
        update(`past-${String(index)}`, { status: "resolved", occurredAt: ended, texts: resolved.texts }),
      ],
    });
  });
  const open = incident(212, {
    ...outage,
    id: "inc_212",
    reference: "INC-212",
    number: 212,
    status: "identified",
    updates: [identified],
    impacts: [
      impact(leaves[0]?.key ?? "", "major_outage", cet("14:17")),
      impact(leaves[1]?.key ?? "", "degraded_performance", cet("14:17")),
    ],
  });
  return quietModel({ changedAt: cet("14:30"), components, incidents: [open, ...past] });
}

/** A page of which nothing is known yet. */
export function emptyModel(): PageModel {
  return quietModel({ components: [] });
}
