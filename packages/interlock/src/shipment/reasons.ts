import { isDeepStrictEqual } from "node:util";
import type { GateDecision } from "../api/gate.ts";
import { isTouched } from "./next-work.ts";
import type { ShipmentDatabaseRow, ShipmentReason, ShipmentRow } from "./shipment-rows.ts";

/** What stands against a go. */
export function reasonsOf({ reasons }: Pick<GateDecision, "reasons">): ShipmentReason[] {
  return reasons
    .filter(({ effect }) => effect === "blocks" || effect === "unknown")
    .map(({ code, message, next }) => ({ code, message, next }));
}

export function sameReasons(some: readonly ShipmentReason[], others: readonly ShipmentReason[]): boolean {
  return isDeepStrictEqual([...some], [...others]);
}

/** Why a shipment stopped, where every database is, and what can be done from there. */
export function stopReasons({
  row,
  databases,
}: {
  row: Pick<ShipmentRow, "id" | "direction" | "stop_asked_by">;
  databases: readonly ShipmentDatabaseRow[];
}): ShipmentReason[] {
  const next = whatIsPossible({ row, databases });
  const failed = databases.filter(({ state }) => state === "failed");
  const reasons = failed.map(({ database, failure }) => ({
    code: failure?.code ?? "internal",
    message: `${database}: ${[failure?.message, failure?.why, failure?.state].filter((text) => text !== undefined).join(" ")}`,
    next: throughServer(failure?.next ?? next, row.id),
  }));
  if (row.stop_asked_by !== null) {
    reasons.push({ code: "stopped", message: `${row.stop_asked_by} stopped it.`, next });
  }
  return [...reasons, { code: "where", message: whereTheyAre(databases), next }];
}

/** What to do, as said by the command that ships without a server, for a shipment. */
function throughServer(text: string, shipment: string): string {
  return text
    .replaceAll(
      /`interlock (resume|rollback)([^`]*)`/g,
      (_, verb: string, flags: string) =>
        `\`interlock shipment ${verb} ${shipment}${flags.includes("--accept-loss") ? " --accept-loss" : ""}\``,
    )
    .replaceAll(/`interlock status[^`]*`/g, `\`interlock shipment show ${shipment}\``);
}

/** For people: `17 not begun: eu-4, …; 2 expanded: eu-1, eu-2; 1 failed in expand: eu-3`. */
export function whereTheyAre(databases: readonly ShipmentDatabaseRow[]): string {
  const groups = new Map<string, string[]>();
  for (const one of databases) {
    const word = wordOf(one);
    groups.set(word, [...(groups.get(word) ?? []), one.database]);
  }
  return [...groups]
    .map(([word, names]) => `${String(names.length)} ${word}: ${names.join(", ")}`)
    .join("; ");
}

function wordOf({ state, phase }: ShipmentDatabaseRow): string {
  switch (state) {
    case "pending":
      return phase === null ? "not begun" : `left in ${phase}`;
    case "running":
      return `in ${phase ?? "expand"}`;
    case "ready":
      return "expanded";
    case "done":
      return "contracted";
    case "failed":
      return `failed in ${phase ?? "expand"}`;
    case "stopped":
      return `stopped in ${phase ?? "expand"}`;
    case "rolled-back":
      return "rolled back";
  }
}

function whatIsPossible({
  row,
  databases,
}: {
  row: Pick<ShipmentRow, "id" | "direction">;
  databases: readonly ShipmentDatabaseRow[];
}): string {
  const resume = `Run \`interlock shipment resume ${row.id}\` to go on`;
  if (row.direction === "back") return `${resume} rolling back where it is not yet.`;
  const contracted = databases.filter(({ state }) => state === "done").map(({ database }) => database);
  if (contracted.length > 0) {
    return `${resume}. There is no way back: ${contracted.join(", ")} ${contracted.length === 1 ? "has" : "have"} the new shape already.`;
  }
  const touched = databases.some(isTouched);
  return `${resume}, or \`interlock shipment rollback ${row.id}\` to ${touched ? "take it back where it was begun" : "give it up; nothing was begun anywhere"}.`;
}
