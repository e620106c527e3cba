import { Command } from "commander";
import { culpritListSchema, type Culprit } from "../../api/culprits.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** `interlock incident culprit`. */
export function culpritCommand(): Command {
  const command = new Command("culprit")
    .description("Show what may have caused an incident, ranked by evidence, and the way out.")
    .argument("<incident>", "INC-12")
    .addHelpText("after", "\nExample:\n  interlock incident culprit INC-12\n");
  return addServerFlags(command).action(async (incident: string, flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const path = `/incidents/${encodeURIComponent(incident)}/culprits`;
    const answer = culpritListSchema.parse(await client.request("GET", path));
    process.stdout.write(
      flags.json ? `${JSON.stringify(answer)}\n` : renderCulprits(answer.culprits, answer.incident),
    );
  });
}

/** What has evidence whole; of the others one line each. */
export function renderCulprits(culprits: readonly Culprit[], incident: string): string {
  if (culprits.length === 0) return "Nothing was changed in the day before it began.\n";
  return culprits.map((culprit) => renderCulprit(culprit, incident)).join("");
}

function renderCulprit(culprit: Culprit, incident: string): string {
  const { rank, kind, title, statement, at, who, hasEvidence, reasons, wayOut } = culprit;
  const head = `${String(rank)}. ${hasEvidence ? "✗ " : ""}${kind} ${title}\n   ${at} by ${who}\n`;
  if (!hasEvidence) return `${head}   happened before; no evidence\n`;
  const sql = statement === null ? [] : [`   ${statement}\n`];
  const why = reasons.map(({ isEvidence, text }) => `   ${isEvidence ? "•" : "·"} ${text}\n`);
  const out =
    wayOut === null
      ? []
      : [
          `   ${wayOut.text}\n`,
          ...(wayOut.command === null ? [] : [`   ${wayOut.command}\n`]),
          ...(wayOut.action === null
            ? []
            : [`   or: interlock incident roll-back ${incident} --culprit ${String(rank)}\n`]),
        ];
  return [head, ...sql, ...why, ...out].join("");
}
