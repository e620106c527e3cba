import { Command } from "commander";
import { culpritListSchema, rolledBackSchema } from "../../api/culprits.ts";
import { Failure } from "../../std/failure.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** `interlock incident roll-back`. */
export function rollBackCommand(): Command {
  const command = new Command("roll-back")
    .description(
      "Take the way out of a culprit: a shipment back, a release up, or the release that fits forward.",
    )
    .argument("<incident>", "INC-12")
    .requiredOption("--culprit <rank>", "as interlock incident culprit shows them: 1")
    .addHelpText("after", "\nExample:\n  interlock incident roll-back INC-12 --culprit 1\n");
  return addServerFlags(command).action(
    async (incident: string, flags: ServerFlags & { culprit: string }) => {
      const client = await openServerClient(flags);
      const path = `/incidents/${encodeURIComponent(incident)}/culprits`;
      const { culprits } = culpritListSchema.parse(await client.request("GET", path));
      const chosen = culprits.find(
        ({ rank, key }) => String(rank) === flags.culprit || key === flags.culprit,
      );
      if (chosen === undefined) {
        throw new Failure({
          code: "not-found",
          message: `${incident} has no culprit ${flags.culprit}.`,
          state: "Nothing was changed.",
          next: `See them: interlock incident culprit ${incident}`,
        });
      }
      // By its key: another one may stand at its rank by now.
      const answer = await client.request("POST", `${path}/roll-back`, { culprit: chosen.key });
      const { done } = rolledBackSchema.parse(answer);
      process.stdout.write(flags.json ? `${JSON.stringify({ culprit: chosen.key, done })}\n` : `${done}\n`);
    },
  );
}
