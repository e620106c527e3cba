import type { Update } from "../../api/updates.ts";
import type { ServerFlags } from "../server-client.ts";

/** Prints an update after something was done to it. */
export function printUpdate({ json }: Pick<ServerFlags, "json">, update: Update): void {
  process.stdout.write(json ? `${JSON.stringify(update)}\n` : renderUpdate(update));
}

/** An update with its text in every language, indented. */
export function renderUpdate(update: Update): string {
  const { id, status, state, occurredAt, isBackdated, editedAt, texts, missing, notifies } = update;
  const marks = [
    state,
    ...(isBackdated ? ["backdated"] : []),
    ...(editedAt === null ? [] : ["edited"]),
    ...(notifies ? [] : ["nobody told"]),
  ];
  const head = `${id}  ${status}  ${occurredAt}  ${marks.join(", ")}\n`;
  const bodies = texts.map(({ locale, body, isStale, revision }) => {
    const mark = isStale ? " (stale)" : "";
    const lines = body.split("\n").map((line) => `      ${line}\n`);
    return `  ${locale}${mark}, revision ${String(revision)}\n${lines.join("")}`;
  });
  const gaps = missing.map((locale) => `  ${locale} is missing\n`);
  return [head, ...bodies, ...gaps].join("");
}
