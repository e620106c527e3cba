import { Command } from "commander";
import { publicationSchema, type PublicationOnWire } from "../../api/status-page-publication.ts";
import { addServerFlags, openServerClient, type ServerFlags } from "../server-client.ts";

/** `interlock statuspage status`: whether the page is where it should be. */
export function statuspageStatusCommand(): Command {
  const command = new Command("status")
    .description(
      "Say what the server serves as the page, and whether every place has taken it. Exits with 2 where one has not.",
    )
    .addHelpText("after", "\nExample:\n  interlock statuspage status\n");
  return addServerFlags(command).action(async (flags: ServerFlags) => {
    const client = await openServerClient(flags);
    const answer = publicationSchema.parse(await client.request("GET", "/status-page/publication"));
    process.stdout.write(flags.json ? `${JSON.stringify(answer)}\n` : render(answer));
    if (answer.targets.some(({ failure }) => failure !== null)) process.exitCode = 2;
  });
}

function render({ readAt, changedAt, files, bytes, targets }: PublicationOnWire): string {
  const page =
    changedAt === null
      ? "There is no page yet, or the control database could not be read: `interlock statuspage set`."
      : `${String(files)} files, ${String(Math.round(bytes / 1024))} KB, changed ${changedAt}, read ${readAt ?? "never"}`;
  const lines = targets.map(({ place, writtenAt, failure }) =>
    failure === null
      ? `  ${place}  written ${writtenAt ?? "never"}`
      : `  ${place}  FAILS since ${failure.since}: ${failure.message}${failure.why === null ? "" : ` ${failure.why}`}\n    last written ${writtenAt ?? "never"}`,
  );
  return `${[page, ...lines].join("\n")}\n`;
}
