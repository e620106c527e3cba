import type { z } from "zod";
import type { DeliveryList, ImportAnswer, Subscriber, subscriberListSchema } from "../api/subscribers.ts";

/** A subscriber in one line: `sub_…  email  active  fr  j…@example.com  every component`. */
export function renderSubscriber(subscriber: Subscriber): string {
  const { id, channel, format, state, locale, address, components, kinds, endedBecause } = subscriber;
  return [
    id,
    format === "slack" ? "slack  " : channel.padEnd(7),
    state === "ended" ? `ended (${endedBecause ?? ""})` : state.padEnd(6),
    locale,
    address === "" ? "(erased)" : address,
    components.length === 0 ? "every component" : components.join(", "),
    ...(kinds.length === 3 ? [] : [`only ${kinds.join(", ")}`]),
  ].join("  ");
}

export function renderSubscribers({ subscribers, counts }: z.infer<typeof subscriberListSchema>): string {
  const sum = `${String(counts.active)} active, ${String(counts.asked)} asked to confirm, ${String(counts.ended)} ended`;
  return [...subscribers.map(renderSubscriber), sum].join("\n");
}

export function renderImport({ added, asked, known, refused }: ImportAnswer): string {
  const sum = `${String(added)} added, ${String(asked)} asked to confirm, ${String(known)} known before, ${String(refused.length)} refused`;
  return [sum, ...refused.map(({ line, why }) => `  line ${String(line)}: ${why}`)].join("\n");
}

/** `upd_… r1  email 99,998 sent, 2 failed  webhook 12 sent`. */
export function renderDeliveries({ tellings }: DeliveryList): string {
  if (tellings.length === 0) return "Nothing was told yet.";
  return tellings.map(renderTelling).join("\n");
}

function renderTelling(told: DeliveryList["tellings"][number]): string {
  const { kind, subject, revision, publishedAt, spreadAt, email, webhook, doubts, problems } = told;
  const head = [
    publishedAt.slice(0, 19),
    kind.padEnd(10),
    `${subject} r${String(revision)}`,
    ...counted("email", email),
    ...counted("webhook", webhook),
    ...(spreadAt === null ? ["not everybody has a delivery yet"] : []),
    ...(doubts === 0 ? [] : [`${String(doubts)} in doubt`]),
  ].join("  ");
  return [head, ...problems.map(({ problem, count }) => `    ${String(count)} × ${problem}`)].join("\n");
}

function counted(name: string, counts: Record<string, number>): string[] {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  if (parts.length === 0) return [];
  return [`${name} ${parts.map(([state, count]) => `${count.toLocaleString("en")} ${state}`).join(", ")}`];
}
