import type { Alarm, WatchEvent } from "../watch/alarm.ts";

/** Statements of an alarm that are shown. */
const mostShown = 10;

/** One event in words, for a terminal or a log. */
export function renderWatchEvent(event: WatchEvent): string {
  switch (event.type) {
    case "watching":
      return event.how === "event-triggers"
        ? "watching: told of every structural change at once\n"
        : `watching by looking at the catalog again and again, without who made a change: ${event.why ?? ""}\n`;
    case "alarm":
      return renderAlarm(event.alarm);
    case "cleared":
      return `✓ ${event.at} ${event.appVersion} ${event.why === "works" ? "works again" : "is not live any more"}\n`;
    case "unknown":
      return `? ${event.appVersion}: ${String(event.statements.length)} statements are not answered (${event.statements[0]?.message ?? ""})\n`;
    case "lost":
      return `? the database is not reachable: ${event.why}\n`;
    case "back":
      return "the database is back\n";
  }
}

function renderAlarm({ appVersion, statements, ddl, raisedAt }: Alarm): string {
  const count = statements.length === 1 ? "a statement does" : `${String(statements.length)} statements do`;
  const lines = [`✗ ${raisedAt} ${appVersion}: ${count} not prepare on this structure`];
  for (const { name, sqlstate, message } of statements.slice(0, mostShown)) {
    lines.push(`    ${name}: ${sqlstate} ${message}`);
  }
  if (statements.length > mostShown) lines.push(`    … and ${String(statements.length - mostShown)} more`);
  for (const one of ddl) {
    const from = one.clientAddress === null ? "" : ` from ${one.clientAddress}`;
    const past = one.permit === null ? "" : `, let through: ${one.permit}`;
    lines.push(
      `  by ${one.who} (${one.applicationName === "" ? "no application_name" : one.applicationName}${from}) at ${one.at}${past}`,
      `    ${one.text.replaceAll(/\s+/g, " ").slice(0, 200)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
