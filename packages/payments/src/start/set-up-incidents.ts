import type { Ground } from "./ground.ts";
import type { InterlockServer } from "./interlock-server.ts";
import type { PostOffice } from "./post-office.ts";
import { putProbes } from "./probes.ts";
import { environment } from "./set-up-interlock.ts";

/** What clients see, with the names they know it by. */
const components = [
  {
    key: "payment-api",
    names: { fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" },
    scope: "app=payments",
  },
  {
    key: "terminals",
    names: { fr: "Terminaux de paiement", en: "Payment terminals", it: "Terminali di pagamento" },
    scope: "app=terminals",
  },
] as const;

/** Who is called when a P1 opens, each at a hook of their own. */
export const onCall = [
  ["lead", "camille"],
  ["communications", "giulia"],
  ["technical-lead", "noor"],
] as const;

/** Clients who read about it, each in their own language. */
const subscribers = [
  { channel: "email", address: "ops@boutique.example", locale: "fr" },
  { channel: "email", address: "ops@shop.example", locale: "en" },
  { channel: "email", address: "ops@negozio.example", locale: "it" },
] as const;

/** How many of the subscribers read their mail. */
export const mailboxes = subscribers.length;

/** What a team sets up once for incidents: its public page, what is on it, who is called, who is told, and the probes. */
export async function setUpIncidents({
  server,
  office,
  ground,
}: {
  server: InterlockServer;
  office: PostOffice;
  ground: Pick<Ground, "home" | "fronts">;
}): Promise<void> {
  await server.send("PATCH", "/status-page", {
    environment,
    names: {
      fr: "État des services de paiement",
      en: "Payment service status",
      it: "Stato dei servizi di pagamento",
    },
    url: `${server.address}/status`,
    timeZone: "Europe/Paris",
    responsibility: "Exemple Paiements",
  });
  for (const component of components) {
    await server.send("POST", `/environments/${environment}/components`, {
      ...component,
      declares: { priority: "P1", status: "major_outage", publish: true, recoverAfterSeconds: 5 },
    });
  }
  for (const [role, person] of onCall) {
    const address = `${office.hookUrl}/pager/${person}`;
    const responder = { person, role, channel: "webhook", address };
    await server.send("POST", `/environments/${environment}/responders`, responder);
  }
  const hook = { channel: "webhook", address: `${office.hookUrl}/client-of-ours`, locale: "en" };
  for (const subscriber of [...subscribers, hook]) {
    await server.send("POST", "/subscribers", {
      ...subscriber,
      confirmedBecause: "A client of the replay, who agreed to it.",
    });
  }
  await putProbes(server, ground);
}
